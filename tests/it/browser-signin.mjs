// Signing in and out at a real browser: tabs, the back button, fragments, no scripts, no mouse, another account.
//
//   node browser-signin.mjs '{"base": "http://127.0.0.1:4000", "page": "/maintainer/data.html", "other":
//                            "/maintainer/index.html", "anchor": "files", "only": ["tabs"]}'
//
// `page` and `other` are pages that only `max` and `ada` may see, `anchor` is an id on the first. Where it prints
// {"wants": "policy"} the edge must get a policy that asks for a claim it never asked for; then it waits for a line.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { choose, play, signIn, signOut, signedOut, status } from './chromium.mjs';

const { base, page: first, other: second, anchor, only } = JSON.parse(process.argv[2]);
const deep = `${base}${first}#${anchor}`;
const atHome = (page) => page.url().startsWith(`${base}/`);
// A page that the browser has kept whole is not loaded again.
const goBack = (page) => page.goBack({ waitUntil: 'commit' });
const heading = (page) => page.locator('h1').first().innerText();

async function tabs(person) {
  const context = await person();
  const pages = [await context.newPage(), await context.newPage()];
  // Both are at the provider before either comes back.
  for (const [tab, page] of pages.entries()) {
    await page.goto(base + [first, second][tab]);
    await page.waitForURL((url) => !url.href.startsWith(base));
  }
  // One after the other: who signs in twice in the same instant has the provider take back the code of the first.
  for (const page of pages) await choose(page, base, 'max');
  assert.deepEqual(pages.map((page) => page.url()), [base + first, base + second], 'a tab did not arrive where it was going');
}

async function back(person) {
  const context = await person();
  const page = await context.newPage();
  const asked = [];
  page.on('framenavigated', (frame) => asked.push(frame.url()));
  await page.goto(`${base}/-/signed-out`);
  await page.goto(base + first);
  await choose(page, base, 'max');
  assert.equal(page.url(), base + first);
  // The sign-in page has left nothing behind: what lies behind the report is the provider's page and no page of ours.
  await goBack(page);
  assert.ok(!atHome(page), `behind the report lies ${page.url()}`);
  await goBack(page);
  assert.equal(page.url(), `${base}/-/signed-out`);
  // Whoever is signed in at the provider already is back where they were with one step.
  await context.clearCookies({ name: /tollgate/ });
  await page.goto(base + second);
  await page.waitForURL(base + second);
  await goBack(page);
  assert.equal(page.url(), `${base}/-/signed-out`, 'the sign-in lies in the way back');
  // And an address of the sign-in itself, gone to again, leads on without asking for anything.
  asked.length = 0;
  await page.goto(`${base}/-/login?return=${first}`);
  assert.equal(page.url(), base + first);
  await page.goto(`${base}/-/callback?code=old&state=old`);
  assert.ok(atHome(page) && !/-\/(login|callback)/.test(page.url()), `an old answer ends at ${page.url()}`);
  assert.ok(asked.every((address) => address.startsWith(base)), `asked to sign in again: ${asked}`);
}

async function backAfterSignOut(person) {
  const context = await person();
  const page = await signIn(context, base, 'max', first);
  const report = await heading(page);
  await page.goto(base + second);
  await signOut(page, base);
  const length = await page.evaluate(() => history.length);
  for (let step = 1; step < length; step += 1) {
    // Some of the steps are the provider's pages; some lead on by themselves.
    await goBack(page).catch(() => {});
    await page.waitForTimeout(200);
    const text = await page.locator('body').innerText().catch(() => '');
    assert.ok(!text.includes(report), `the back button shows ${page.url()} after signing out`);
  }
  assert.equal(await status(context, base + first), 303);
}

async function fragment(person) {
  const page = await (await person()).newPage();
  await page.goto(deep);
  await choose(page, base, 'max');
  assert.equal(page.url(), deep);
  const seen = await page.locator(`#${anchor}`).evaluate((part) => part === document.querySelector(':target'));
  assert.ok(seen, 'the part that the address names is not the target');
}

async function fragmentThroughRenewal(person) {
  const context = await person();
  const page = await signIn(context, base, 'max', second);
  console.log(JSON.stringify({ wants: 'policy' }));
  await once(process.stdin, 'data');
  console.log('{}');
  process.stdin.destroy();
  const away = [];
  page.on('request', (request) => request.isNavigationRequest() && away.push(request.url()));
  await page.goto(deep);
  assert.ok(away.some((address) => address.includes('prompt=none')), `the provider was not asked: ${away}`);
  assert.equal(page.url(), deep, 'claims that are asked for again lose the fragment');
}

async function withoutScripts(person) {
  const context = await person({ javaScriptEnabled: false });
  const page = await signIn(context, base, 'max', first);
  assert.equal(page.url(), base + first);
  await page.locator(`main a[href$=".html"], nav a[href$=".html"]`).first().click();
  await page.waitForLoadState();
  assert.ok(atHome(page) && await heading(page));
  await signOut(page, base);
  assert.equal(await status(context, base + first), 303);
}

// Goes on with the Tab key until something has the focus; on our own pages everything on the way must show that it has.
async function tabTo(page, wanted) {
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const part = document.activeElement;
      // A button that is drawn by its label shows the focus there.
      const drawn = part.matches('.tabs > input') ? part.nextElementSibling : part;
      const { outlineStyle, outlineWidth } = getComputedStyle(drawn);
      const { left, right, top, bottom, width } = drawn.getBoundingClientRect();
      const inView = width > 0 && right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
      const name = part.getAttribute('aria-label') ?? part.labels?.[0]?.innerText ?? part.innerText;
      return { tag: part.tagName, name: name?.trim() ?? '', href: part.href ?? '', shows: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && inView };
    });
    if (atHome(page) && at.tag !== 'BODY') assert.ok(at.shows, `${page.url()}: “${at.name}” (${at.tag}) does not show that it has the focus`);
    if (wanted(at)) return at;
  }
  throw new Error(`${page.url()}: the Tab key does not get there`);
}

async function press(page, wanted) {
  await tabTo(page, wanted);
  const gone = page.waitForNavigation();
  await page.keyboard.press('Enter');
  await gone;
}

// What is not always in sight is in the menu.
async function chooses(page, wanted) {
  await tabTo(page, ({ tag, name }) => tag === 'SUMMARY' && name === 'More');
  await page.keyboard.press('Enter');
  await press(page, wanted);
}

async function keyboard(person) {
  const context = await person();
  const page = await context.newPage();
  const named = (text) => ({ name }) => name === text;
  await page.goto(`${base}/`);
  await page.waitForURL((url) => !url.href.startsWith(base));
  await press(page, named('max'));
  assert.equal(new URL(page.url()).pathname, second, 'the only bundle is not opened at once');
  await chooses(page, ({ href }) => href.endsWith('data.html'));
  assert.equal(page.url(), base + first);
  await chooses(page, ({ href }) => href.endsWith('account.html'));
  assert.equal(page.url(), `${base}/-/me`);
  await tabTo(page, ({ name }) => name.startsWith('Days'));
  await page.keyboard.type('3');
  await tabTo(page, ({ name }) => name.startsWith('Page or folder'));
  await page.keyboard.type('data.html');
  await tabTo(page, ({ name }) => name.includes('only once'));
  await page.keyboard.press('Space');
  await press(page, named('Make a link'));
  // What was made has the focus, ready to be copied.
  assert.match(await page.evaluate(() => document.activeElement.value ?? ''), /\/-\/share#[\w.-]+$/);
  await press(page, ({ name }) => name.startsWith('Revoke the link to maintainer'));
  assert.ok(await page.getByText('revoked').isVisible(), 'the link was not revoked');
  await press(page, named('Sign out'));
  // A page of the site leads on to the provider by itself.
  await page.waitForURL((url) => !url.href.startsWith(base));
  await press(page, named('Yes, sign out'));
  await signedOut(page, base);
  await tabTo(page, named('Sign in again'));
  assert.equal(await status(context, base + first), 303);
}

async function anotherAccount(person) {
  const context = await person();
  const page = await signIn(context, base, 'gus');
  assert.equal(await heading(page), 'Nothing to see yet');
  await page.getByRole('link', { name: 'Use another account' }).click();
  await choose(page, base, 'max');
  assert.equal(new URL(page.url()).pathname, second);
  const refused = await signIn(await person(), base, 'gus');
  await refused.getByRole('button', { name: 'Sign out' }).click();
  await refused.getByRole('button', { name: 'Yes, sign out' }).click();
  await signedOut(refused, base);
}

// Only the last one leaves the edge with another policy than the one it began with.
const scenarios = [tabs, back, backAfterSignOut, fragment, withoutScripts, keyboard, anotherAccount, fragmentThroughRenewal];
await play(base, scenarios, { only, expected: (text) => / 403 /.test(text) });
