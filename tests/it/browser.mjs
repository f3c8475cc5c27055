// A person at a browser: signs in, sees exactly their bundles, signs out, and is out.
//
//   node browser.mjs '{"base": "http://127.0.0.1:4000", "person": "ada", "bundles": [{"role": "all", "title": "Everything"}],
//                      "others": ["emea"], "shots": "/tmp/shots"}'
//
// or
//   node browser.mjs '{"folder": "/tmp/unzipped", "bundles": [{"role": "all", "title": "Everything"}]}'
//
// `person` is the text to choose at the provider, `bundles` what the person must see and `others` what must answer 404.
// With `folder` the pages of an unpacked bundle are opened from the disk, without any server.
// With `shots` every kind of page is photographed there, for the desk and the phone, light and dark.
// Prints what was visited as JSON; anything unexpected ends it with a message and a status of 1.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fits, hears, launch, listen, shoot as photograph } from './chromium.mjs';

const { folder, base = `file://${folder}`, person, bundles, others, shots } = JSON.parse(process.argv[2]);
const seen = { person, pages: [], refused: [] };
const complaints = [];
let refusalsExpected = !bundles.length;

async function signIn(page) {
  await page.goto(`${base}/`);
  assert.ok(!page.url().startsWith(`${base}/`), `nobody was asked to sign in; the browser is at ${page.url()}`);
  await page.getByText(person, { exact: true }).first().click();
  await page.waitForURL((url) => url.href.startsWith(base));
}

async function open(page, address, title) {
  const response = await page.goto(address);
  // A file has no status to speak of.
  assert.ok(folder || response.status() === 200, `${address} answers ${response.status()}`);
  await check(page, title);
}

async function check(page, title) {
  assert.ok((await page.title()).includes(title), `${page.url()} has the title “${await page.title()}”, not “${title}”`);
  assert.ok(await page.locator('h1').first().isVisible(), `${page.url()} shows no heading`);
  await fits(page);
  seen.pages.push(new URL(page.url()).pathname);
}

// The front door shows a chooser, the only bundle at once, or that there is none.
async function frontDoor(page) {
  await page.goto(`${base}/`);
  const offered = await page.locator('main a').evaluateAll((links) => links.map((link) => new URL(link.href).pathname.split('/')[1]));
  const only = new URL(page.url()).pathname.split('/')[1];
  const found = only ? [only] : [...new Set(offered)].filter((role) => /^[a-z]/.test(role));
  assert.deepEqual(found.sort(), bundles.map(({ role }) => role).sort(), `${person} is offered other bundles`);
}

// The front page of a bundle and a page of each kind that it leads to.
async function walk(page, { role, title }) {
  await open(page, `${base}/${role}/`, title);
  await shoot(page, `${role}-overview`);
  await follow(page, `${base}/${role}/`, `${role}-`);
}

async function follow(page, front, name) {
  const links = await page.locator('a[href]').evaluateAll((all) => all.map((link) => link.href));
  const pages = links.filter((link) => link.startsWith(front) && /\.html$/.test(link));
  const kinds = new Map(pages.map((link) => [link.slice(front.length).replace(/\/.*|\.html$/g, ''), link]));
  assert.ok(kinds.size > 2, `${front} leads only to ${[...kinds.keys()]}`);
  for (const [kind, link] of kinds) {
    await open(page, link, '');
    await shoot(page, name + kind);
  }
}

// The same pages from a folder: no server, no cookie, and they look the same.
async function fromDisk(page) {
  await page.goto(`${base}/index.html`);
  await check(page, bundles[0].title);
  const styled = await page.evaluate(() => [...document.styleSheets].some((sheet) => sheet.href.startsWith('file:')));
  assert.ok(styled, 'the style does not come along');
  await follow(page, `${base}/`, 'disk-');
}

async function refused(page) {
  // Whoever has no role at all is told so; anybody else learns nothing.
  const status = bundles.length ? 404 : 403;
  refusalsExpected = true;
  for (const role of others) {
    const bodies = [];
    for (const address of [`${base}/${role}/`, `${base}/${role}/index.html`, `${base}/no-such-role/`]) {
      const response = await page.goto(address);
      assert.equal(response.status(), status, `${address} answers ${response.status()}`);
      bodies.push((await response.text()).replaceAll(role, 'no-such-role'));
    }
    assert.equal(bodies[0], bodies[2], `a bundle of others looks different from one that does not exist`);
    seen.refused.push(role);
  }
  refusalsExpected = !bundles.length;
}

// Signs out here and at the provider, then tries the cookies from before.
async function signOut(context, page) {
  await page.goto(`${base}/-/me`);
  await shoot(page, 'me');
  const before = (await context.cookies(base)).filter(({ name }) => /^(__Host-)?tollgate$/.test(name));
  assert.ok(before.length, 'there is no cookie of the session');
  await page.getByRole('button', { name: /sign out/i }).first().click();
  // Over a page of the site to the provider, which may ask, or send the browser back at once.
  await page.waitForURL((url) => !url.href.startsWith(base) || url.pathname === '/-/signed-out');
  await page.waitForLoadState();
  const confirm = page.getByRole('button', { name: 'Yes, sign out' });
  if (await confirm.count()) await confirm.click();
  await page.waitForLoadState();
  assert.ok(!(await context.cookies(base)).some(({ name, value }) => before.some((old) => old.name === name && old.value === value)), 'the cookie is still there');
  await context.addCookies(before);
  await page.goto(`${base}/`);
  assert.ok(!page.url().startsWith(`${base}/`), `the old cookie still opens ${page.url()}`);
}

async function shoot(page, name) {
  if (shots) await photograph(page, `${shots}/${name}`);
}

async function online(context, page) {
  await signIn(page);
  await frontDoor(page);
  for (const bundle of bundles) await walk(page, bundle);
  await refused(page);
  await signOut(context, page);
}

if (shots) mkdirSync(shots, { recursive: true });
const browser = await launch();
try {
  const context = await browser.newContext();
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  listen(page, base, complaints, (text) => refusalsExpected && / 40[34] /.test(text));
  await hears(page, complaints);
  if (folder) await fromDisk(page);
  else await online(context, page);
  assert.deepEqual(complaints, [], 'the console has complaints');
  console.log(JSON.stringify(seen));
} catch (error) {
  console.error(`${error.message}\n${complaints.join('\n')}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
