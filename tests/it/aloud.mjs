// Overview and repository without eyes and without a mouse: what a screen reader is told, and where the keyboard leads.
//
//   node aloud.mjs '{"base": "http://127.0.0.1:4000", "person": "Ada Admin", "role": "administrator", "folder": "/tmp/unzipped",
//                    "only": ["skips"]}'
//
// Says nothing of single figures or words: it holds whatever the pages have on them, in whatever language.
import assert from 'node:assert/strict';
import { SIZES, play, signIn } from './chromium.mjs';
import { sample } from './sample.mjs';

const { base, person, role, folder, only } = JSON.parse(process.argv[2]);
const repository = sample(folder).find((name) => name.startsWith('repositories/'));
const PAGES = ['index.html', repository].map((name) => `${base}/${role}/${name}`);
// Whoever meets one of these has to be told what it is.
const NAMED = ['link', 'button', 'img', 'image', 'textbox', 'combobox', 'checkbox', 'radio', 'searchbox', 'slider', 'region', 'navigation', 'tab', 'tabpanel', 'heading', 'dialog', 'columnheader', 'rowheader', 'DisclosureTriangle'];

async function each(profile, look) {
  const page = await signIn(await profile(), base, person);
  for (const address of PAGES) {
    await page.goto(address);
    await look(page, address);
  }
}

// What has the focus: its element's place among all, its name, and whether it can be seen.
const focus = (page) => page.evaluate(() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return {
    at: [...document.querySelectorAll('*')].indexOf(element),
    tag: element.tagName,
    href: element.getAttribute('href'),
    text: element.textContent.trim().slice(0, 60),
    seen: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
    // Drawn around it or within it, by the style or by the browser itself.
    marked: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
    // A region that scrolls may be taller than the screen; only what is meant to be pressed is asked to be marked.
    inside: [...document.querySelectorAll('main, header, footer, nav')].filter((part) => part.contains(element)).map((part) => part.tagName),
  };
});

// The first stop is the way past the navigation, it can be seen, and it leads into the content.
async function skips(profile) {
  await each(profile, async (page, address) => {
    await page.keyboard.press('Tab');
    const first = await focus(page);
    assert.match(first.href ?? '', /^#./, `${address}: the keyboard comes first to ${JSON.stringify(first)}`);
    assert.ok(first.seen, `${address}: the link past the navigation cannot be seen when it has the focus`);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const next = await focus(page);
    assert.ok(next.inside.includes('MAIN'), `${address}: the link past the navigation leads to ${JSON.stringify(next)}`);
  });
}

// The tree that a screen reader is given: landmarks, one title, headings in order, a name for everything that needs one.
async function isTold(profile) {
  await each(profile, async (page, address) => {
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const heard = nodes.filter(({ ignored }) => !ignored).map(({ role, name, properties = [], childIds = [], nodeId }) => ({
      role: role?.value, name: (name?.value ?? '').trim(), level: properties.find((one) => one.name === 'level')?.value.value, childIds, nodeId,
    }));
    const of = (role) => heard.filter((node) => node.role === role);
    for (const landmark of ['banner', 'main', 'contentinfo']) assert.equal(of(landmark).length, 1, `${address}: ${landmark}`);
    assert.ok(of('navigation').length >= 1, `${address} has no navigation`);
    const levels = of('heading').map(({ level }) => level);
    assert.equal(levels.filter((level) => level === 1).length, 1, `${address}: headings of levels ${levels}`);
    levels.reduce((before, level) => {
      assert.ok(level <= before + 1, `${address}: a heading of level ${level} follows one of level ${before}`);
      return level;
    }, 0);
    // A cell may be empty, a heading cell of a table may not; a row names itself by its first cell.
    const silent = heard.filter(({ role, name }) => NAMED.includes(role) && !name);
    assert.deepEqual(silent.map(({ role, nodeId }) => `${role} ${nodeId}`), [], `${address}: nameless`);
    assert.ok(of('link').length > 5 && of('table').length >= 1, `${address}: ${of('link').length} links, ${of('table').length} tables`);
    const pictures = [...of('img'), ...of('image')];
    assert.ok(pictures.length >= 1, `${address} has no chart that is told`);
    assert.ok(pictures.some(({ name }) => name.length > 30), `${address}: no chart says what it shows: ${pictures.map(({ name }) => name)}`);
    // The tree can be nameless: of what the page does not say, nothing is heard.
    await page.setContent('<button></button>');
    const bare = (await session.send('Accessibility.getFullAXTree')).nodes;
    assert.ok(bare.some(({ role, name }) => role?.value === 'button' && !name?.value), 'a nameless button is not heard of');
  });
}

// Tab goes through everything that can be pressed, in the order of the page, once, seen and marked, and out at the end.
async function isWalked(profile) {
  await each(profile, async (page, address) => {
    for (const size of Object.values(SIZES)) {
      await page.setViewportSize(size);
      await page.goto(address);
      const stops = [];
      for (let press = 0; press < 400; press += 1) {
        await page.keyboard.press('Tab');
        const stop = await focus(page);
        if (stop.tag === 'BODY' || stop.at === stops[0]?.at) break;
        assert.ok(!stops.length || stop.at > stops.at(-1).at, `${address}: from ${JSON.stringify(stops.at(-1))} the focus jumps back to ${JSON.stringify(stop)}`);
        assert.ok(stop.seen, `${address}: the focus is out of sight on ${JSON.stringify(stop)}`);
        assert.ok(stop.marked, `${address}: nothing shows that the focus is on ${JSON.stringify(stop)}`);
        stops.push(stop);
      }
      assert.ok(stops.length > 10 && stops.length < 400, `${address}: the keyboard stops ${stops.length} times`);
      for (const part of ['HEADER', 'MAIN', 'FOOTER']) {
        assert.ok(stops.some(({ inside }) => inside.includes(part)), `${address}: the keyboard never comes into ${part}`);
      }
    }
  });
}

// The table behind a chart opens by Enter and by Space, says so, and has headings for rows and columns.
async function opensTables(profile) {
  await each(profile, async (page, address) => {
    const summaries = page.locator('main summary:visible');
    assert.ok(await summaries.count() >= 1, `${address} has no table behind its charts`);
    for (const key of ['Enter', 'Space']) {
      const summary = summaries.first();
      await summary.focus();
      const open = () => summary.evaluate((element) => element.parentElement.open);
      const before = await open();
      await page.keyboard.press(key);
      assert.equal(await open(), !before, `${address}: ${key} does not open the table`);
    }
    await summaries.evaluateAll((all) => all.forEach((one) => { one.parentElement.open = true; }));
    const poor = await page.locator('main table').evaluateAll((tables) => tables.filter((table) =>
      !table.querySelector('thead th') || ![...table.querySelectorAll('th')].every((cell) => cell.scope)).map((table) => table.outerHTML.slice(0, 200)));
    assert.deepEqual(poor, [], `${address}: tables without headings`);
  });
}

await play(base, [skips, isTold, isWalked, opensTables], { only });
