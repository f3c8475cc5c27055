// What people do on `/-/me`, what share links open, and whether every page of the edge's own reads well: on a phone, in
// the dark, and for those who cannot see it.
//
//   node browser-account.mjs '{"base": "http://127.0.0.1:4000", "several": "http://127.0.0.1:4001", "page":
//                             "/maintainer/data.html", "other": "/maintainer/index.html", "csv": "/maintainer/data/daily.csv",
//                             "shots": "/tmp/shots", "only": ["passesOn"]}'
//
// At `several` an edge serves the same releases behind several providers. `page`, `other` and `csv` are open to `max`
// alone, who may pass them on. With `shots` every page is photographed there, for desk and phone, light and dark.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { accessible, fits, play, shoot, signIn, signedOut, status } from './chromium.mjs';

const { base, several, page: shared, other, csv, shots, only } = JSON.parse(process.argv[2]);

async function make(page, button, { path = '', email = '', note = '', once = false } = {}) {
  await page.goto(`${base}/-/me`);
  await page.getByLabel('Page or folder').fill(path);
  await page.getByLabel('Only for').fill(email);
  await page.getByLabel('Note').fill(note);
  await page.getByLabel('The link opens only once').setChecked(once);
  await page.getByRole('button', { name: button }).click();
  return page.getByLabel(/^Your new (link|token)/).inputValue();
}

const bearer = async (context, token) =>
  (await context.request.get(base + csv, { maxRedirects: 0, headers: { authorization: `Bearer ${token}` } })).status();

// A link made by hand on the page, opened by a stranger; a token, used by a script; both revoked.
async function passesOn(person) {
  const owner = await person();
  const page = await signIn(owner, base, 'max');
  const path = shared.split('/').slice(2).join('/');
  const link = await make(page, 'Make a link', { path, note: 'for <b>bob</b>' });
  assert.ok(link.startsWith(`${base}/-/share#`), link);
  await owner.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);

  const guest = await person();
  await opens(guest, link);
  // Without scripts the link is pasted into the form that the same address shows.
  const simple = await (await person({ javaScriptEnabled: false })).newPage();
  await simple.goto(link);
  await simple.getByLabel('The link').fill(link);
  await simple.getByRole('button', { name: 'Open' }).click();
  await simple.waitForURL(base + shared);

  const token = await make(page, 'Make a token');
  assert.ok(!token.includes('#') && token.length > 100, token);
  assert.equal(await bearer(guest, token), 200);
  await page.goto(`${base}/-/me`);
  assert.ok(!(await page.content()).includes(token), 'a token is shown twice');
  for (const kind of ['token', 'link']) {
    await page.getByRole('button', { name: `Revoke the ${kind} to maintainer` }).click();
    await page.getByText('revoked').nth(kind === 'link' ? 1 : 0).waitFor();
  }
  assert.equal(await bearer(guest, token), 401);
  assert.equal(await status(guest, base + shared), 303, 'a revoked link goes on');
}

async function opens(guest, link) {
  const page = await guest.newPage();
  const token = link.split('#')[1];
  // The address bar is clean before the token is handed in, however long that takes.
  let during;
  await page.route('**/-/share', async (route) => {
    if (route.request().method() === 'POST') during = page.url();
    await route.continue();
  });
  await page.goto(link);
  await page.waitForURL(base + shared);
  assert.equal(during, `${base}/-/share`);
  const { entries } = await (await guest.newCDPSession(page)).send('Page.getNavigationHistory');
  const kept = entries.filter(({ url, userTypedURL }) => `${url} ${userTypedURL}`.includes(token));
  assert.deepEqual(kept.map(({ url }) => url), [], 'the history of the browser has the token');
  const plain = await page.evaluate(() => [...document.styleSheets].every((sheet) => !sheet.cssRules.length));
  assert.ok(!plain, 'the guest sees the page without its style');
  assert.ok(await page.locator('h1').first().isVisible());
  assert.equal(await page.evaluate(() => [...document.images].every((image) => image.naturalWidth)), true);
  for (const [address, wanted] of [[other, 303], [csv, 303], ['/-/me', 303], [shared, 200]]) {
    assert.equal(await status(guest, base + address), wanted, `a guest asks for ${address}`);
  }
}

// Sessions in three browsers: one is ended from another, then all of them.
async function endsSessions(person) {
  const contexts = await Promise.all(['Firefox/128.0', 'Chrome/131.0.0.0', 'Edg/131.0.0.0'].map((browser) =>
    person({ userAgent: `Mozilla/5.0 (X11; Linux x86_64) ${browser}` })));
  const pages = [];
  for (const context of contexts) pages.push(await signIn(context, base, 'max'));
  const open = () => Promise.all(contexts.map((context) => status(context, base + shared)));
  const page = pages[2];
  await page.goto(`${base}/-/me`);
  const listed = page.getByRole('region', { name: 'Where you are signed in' }).getByRole('listitem');
  const row = (name) => listed.filter({ hasText: name });
  assert.match(await row('Edge on Linux').innerText(), /this browser/);
  assert.equal(await row('Edge on Linux').getByRole('button').count(), 0, 'this session has a button of its own');
  assert.deepEqual(await open(), [200, 200, 200]);
  await row('Firefox on Linux').getByRole('button').click();
  await row('Firefox on Linux').waitFor({ state: 'detached' });
  assert.deepEqual(await open(), [303, 200, 200]);
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('button', { name: 'Yes, sign out' }).click();
  await signedOut(page, base);
  assert.deepEqual(await open(), [303, 303, 303]);
}

async function readsWell(person) {
  const seen = new Set();
  const look = async (page, name, title) => {
    await page.waitForLoadState();
    assert.equal(await page.locator('h1').innerText(), title, `${name} is another page: ${page.url()}`);
    await fits(page);
    await accessible(page);
    if (shots) await shoot(page, `${shots}/${name}`);
    seen.add(title);
  };
  // Neither check is of use if it cannot fail.
  const spoilt = async (page, spoil, check) => {
    await page.evaluate(spoil);
    await assert.rejects(check(page), assert.AssertionError, `${check.name} finds no fault with anything`);
    await page.reload();
  };
  const stranger = await person();
  await stranger.route('**/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  const page = await stranger.newPage();
  await page.goto(`${base}/-/share`);
  await spoilt(page, () => { document.querySelector('h1').style.width = '500px'; }, fits);
  await spoilt(page, () => document.querySelector('label').remove(), accessible);
  await look(page, 'share', 'Shared reports');
  await page.goto(`${base}/-/login`);
  await look(page, 'login', 'Sign in');
  await page.goto(`${several}/-/login?return=${shared}`);
  await look(page, 'login-several', 'Sign in');
  await page.getByLabel(/e-mail/).fill(`${'long.'.repeat(10)}name@nowhere-at-all.example`);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('No sign-in is known for').waitFor();
  await look(page, 'login-unknown', 'Sign in');
  await page.goto(`${base}/-/callback?state=none`);
  await look(page, 'stopped', 'This sign-in is over');
  await page.goto(`${base}/-/signed-out`);
  await look(page, 'signed-out', 'You are signed out');
  await tooMany(stranger);
  await page.goto(`${several}/-/login?provider=main`);
  await look(page, 'too-many', 'Too many attempts');

  const max = await person();
  const own = await signIn(max, base, 'max');
  await signIn(await person({ userAgent: `Unheard-Of/1.0 ${'of-in-any-list-'.repeat(12)}` }), base, 'max');
  await make(own, 'Make a token', { note: 'a'.repeat(200) });
  await make(own, 'Make a link', { path: 'repositories/acme', email: `${'long.'.repeat(10)}name@partner.example`, once: true });
  await look(own, 'me-made', 'max@acme.example');
  await own.goto(`${base}/-/me`);
  await look(own, 'me', 'max@acme.example');
  await own.emulateMedia({ media: 'print' });
  assert.ok(!await own.getByRole('button', { name: 'Sign out', exact: true }).isVisible(), 'buttons are printed');
  if (shots) await own.pdf({ path: `${shots}/me.pdf` });
  await own.emulateMedia({ media: null });
  await own.goto(`${base}/no/such-page.html`);
  await look(own, 'not-found', 'Not found');
  const pat = await signIn(await person(), base, 'pat');
  await look(pat, 'chooser', 'Your reports');
  const gus = await signIn(await person(), base, 'gus');
  await look(gus, 'refused', 'Nothing to see yet');
  await gus.goto(`${base}/-/me`);
  await look(gus, 'me-nobody', 'gus@globex.example');
}

async function tooMany(context) {
  for (let attempts = 0; attempts < 100; attempts += 1) {
    if (await status(context, `${several}/-/login?provider=main`) === 429) return;
  }
  assert.fail('nobody is ever held back');
}

if (shots) mkdirSync(shots, { recursive: true });
await play(base, [passesOn, endsSessions, readsWell], { only, expected: (text) => / 4(00|03|04|29) /.test(text) });
