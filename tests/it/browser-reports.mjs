// What scripts add to reports: crosshair, ranges, sorting, filtering, exploring, taking along, searching.
//
//   node browser-reports.mjs '{"base": "file:///tmp/unpacked", "repository": "acme/anvil", "other": "acme/giant-magnet"}'
//   node browser-reports.mjs '{"base": "http://127.0.0.1:4000", "path": "/administrator", "person": "ada", …}'
//
// `ranges`, `touches` and `sortsInGerman` want the bundle of a long history in German instead, and are run by name.
// With `person` somebody signs in first and pages come through the edge, under its Content-Security-Policy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { accessible, fits, play, signIn } from './chromium.mjs';

const { base, path = '', person, repository, other, only } = JSON.parse(process.argv[2]);
const root = base + path;

async function enter(who, options = {}) {
  const context = await who({ acceptDownloads: true, ...options });
  return person ? signIn(context, base, person) : context.newPage();
}

async function crosshair(who) {
  const page = await enter(who);
  await page.goto(`${root}/repositories/${repository}.html`);
  const figure = page.locator('figure.chart:visible').first();
  await figure.focus();
  await page.keyboard.press('End');
  const tip = figure.locator('output.tip');
  const newest = await figure.locator('details tbody tr').first().evaluate((row) => [...row.cells].map((cell) => cell.textContent.trim()));
  const said = await tip.textContent();
  assert.ok(said.includes(newest[0]) && said.includes(newest[1]), `the newest point says ${said}, not ${newest}`);
  await page.keyboard.press('ArrowLeft');
  assert.notEqual(await tip.textContent(), said, 'the arrow key moves nothing');
  await page.keyboard.press('Escape');
  assert.ok(await tip.isHidden(), 'Escape leaves the crosshair there');
  await figure.locator('.over').hover();
  assert.ok(await tip.isVisible(), 'the mouse shows nothing');
}

// A chart of a long history, its points newest first as its table has them.
async function longChart(page) {
  await page.goto(`${root}/repositories/${repository}.html`);
  // The second of two tabs shows all there is.
  const whole = page.locator('input[type=radio][id$=-whole]').first();
  if (await whole.count()) await page.locator(`label[for=${await whole.getAttribute('id')}]`).click();
  const figure = page.locator('figure.chart:visible', { has: page.locator('.ranges') }).first();
  const points = await figure.locator('details tbody tr').evaluateAll((rows) => rows.map((row) => row.cells[0].textContent.trim()));
  return { figure, points };
}

async function ranges(who) {
  const page = await enter(who);
  const { figure, points } = await longChart(page);
  const buttons = figure.locator('.ranges button');
  assert.ok((await buttons.count()) >= 2, 'there is nothing to choose');
  const plot = figure.locator('.plot svg').first();
  const drawn = async () => ({
    // Wider by what is cut off on the left.
    width: Math.round((await plot.boundingBox()).width),
    cut: await plot.evaluate((svg) => svg.style.clipPath),
    labels: await figure.locator('.axis.x li').allTextContents(),
    pressed: await figure.locator('.ranges [aria-pressed=true]').allTextContents(),
  });
  const whole = await drawn();
  await figure.focus();
  await page.keyboard.press('Home');
  const tip = figure.locator('.tip .when');
  assert.equal(await tip.textContent(), points.at(-1), 'the crosshair does not begin with the oldest point');
  // The keyboard reaches the ranges from the chart.
  await page.keyboard.press('Tab');
  assert.ok(await buttons.first().evaluate((button) => button === document.activeElement), 'Tab does not reach the ranges');
  await page.keyboard.press('Enter');
  const quarter = await drawn();
  assert.ok(quarter.width > 1.2 * whole.width && quarter.cut.startsWith('inset('), `drawn as before: ${JSON.stringify(quarter)}`);
  assert.notDeepEqual(quarter.labels, whole.labels);
  assert.deepEqual(quarter.pressed, [await buttons.first().textContent()]);
  await figure.focus();
  await page.keyboard.press('Home');
  const first = points.indexOf(await tip.textContent());
  const step = { day: 1, week: 7, month: 30.44 }[await plot.getAttribute('data-step')];
  assert.equal(first + 1, Math.round(91 / step), 'the crosshair begins elsewhere than the range');
  assert.ok((await figure.locator('.tip').boundingBox()).x >= 0);
  await page.keyboard.press('End');
  assert.equal(await tip.textContent(), points[0]);
  await fits(page);
  await buttons.last().click();
  assert.deepEqual((await drawn()).labels, whole.labels, 'all of it is not as it was');
  await figure.focus();
  await page.keyboard.press('Home');
  assert.equal(await tip.textContent(), points.at(-1));
}

async function touches(who) {
  const page = await enter(who, { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  const { figure, points } = await longChart(page);
  const tip = figure.locator('.tip');
  assert.ok(await tip.isHidden());
  const over = figure.locator('.over');
  await over.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await over.boundingBox();
  const told = [];
  for (const part of [0.1, 0.9]) {
    await page.touchscreen.tap(x + width * part, y + height / 2);
    assert.ok(await tip.isVisible(), 'a tap shows nothing');
    told.push(points.indexOf(await tip.locator('.when').textContent()));
    const { x: left, width: wide } = await tip.boundingBox();
    assert.ok(left >= 0 && left + wide <= 390, `the tip is off the screen: ${left} and ${wide} wide`);
  }
  const [old, recent] = told.map((at) => at / points.length);
  assert.ok(Math.abs(old - 0.9) < 0.03 && Math.abs(recent - 0.1) < 0.03, `the taps told of ${told} of ${points.length}`);
  await figure.locator('.ranges button').first().tap();
  assert.ok(await tip.isHidden(), 'the tip stays where another range is drawn');
  assert.equal(await figure.locator('.ranges button').first().getAttribute('aria-pressed'), 'true');
}

async function sortsInGerman(who) {
  const page = await enter(who);
  await page.goto(`${root}/repositories.html`);
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  const table = page.locator('table.sortable');
  const column = (n) => table.locator(`tbody tr > :nth-child(${n})`).allTextContents();
  const press = (n) => table.locator(`thead tr > :nth-child(${n})`).getByRole('button').press('Enter');
  const views = async () => (await column(2)).map((text) => text.trim());
  const sorted = ['11.200', '1.232', '1.008', '252'];
  await press(2);
  assert.deepEqual(await views(), sorted);
  await press(2);
  assert.deepEqual(await views(), [...sorted].reverse());
  // Whoever writes a template of their own gives no values to sort by, and nobody keeps them from writing umlauts.
  await table.evaluate((table) => {
    const names = { amboss: 'Ärmel', bohrer: 'Bohrer', oese: 'öse', zange: 'Zange' };
    for (const row of table.tBodies[0].rows) {
      row.cells[0].textContent = names[row.cells[0].textContent.trim().split('/').pop()];
      for (const cell of row.cells) delete cell.dataset.sort;
    }
  });
  await press(1);
  assert.deepEqual(await column(1), ['Ärmel', 'Bohrer', 'öse', 'Zange']);
  await press(2);
  assert.deepEqual(await views(), sorted, 'numbers are sorted as if they were not German');
}

async function tables(who) {
  const page = await enter(who);
  await page.goto(`${root}/repositories.html`);
  const names = () => page.locator('table.sortable tbody tr:visible th').allTextContents();
  const before = await names();
  const head = page.getByRole('columnheader').first();
  await head.getByRole('button').press('Enter');
  assert.equal(await head.getAttribute('aria-sort'), 'ascending');
  const sorted = await names();
  assert.notDeepEqual(sorted, before);
  assert.deepEqual(sorted, [...sorted].sort((a, b) => a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' })));
  await page.getByRole('searchbox').fill(repository.split('/')[1]);
  const left = await names();
  assert.ok(left.length && left.length < before.length && left.every((name) => name.includes(repository.split('/')[1])), `${left}`);
  await accessible(page);
}

async function explores(who) {
  const page = await enter(who);
  const address = `#r=${repository},nobody/nothing&m=visitors&from=2026-01-01&to=2026-12-31&by=month`;
  await page.goto(`${root}/explore.html${address}`);
  await page.waitForSelector('#table tbody tr');
  assert.match(await page.locator('#notice').textContent(), /nobody\/nothing/);
  assert.notEqual(await page.locator('#says').textContent(), '', 'uniques are added up without a word');
  // What is chosen by hand stands in the address, and the address brings it back.
  await page.getByLabel('Find').fill(other);
  await page.getByRole('checkbox', { name: other, exact: true }).check();
  await page.getByLabel('Metric').selectOption('clones');
  await page.getByLabel('Range').selectOption('91');
  await page.getByLabel('Group by').selectOption('week');
  await page.waitForFunction(() => document.querySelectorAll('#table thead th').length === 4);
  const there = page.url();
  assert.ok(there.includes(`${repository},${other}&m=clones&last=91&by=week`), there);
  const table = await page.locator('#table').textContent();
  const copy = await page.context().newPage();
  await copy.goto(there);
  await copy.waitForFunction(() => document.querySelectorAll('#table tbody tr').length > 1);
  assert.equal(await copy.locator('#table').textContent(), table);
  const take = async (name) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
    return readFileSync(await download.path());
  };
  const csv = (await take('CSV')).toString();
  assert.match(csv, /^"first_day","last_day","[^"]+","[^"]+","note"\r\n2\d{3}-\d\d-\d\d,2/);
  const svg = (await take('SVG')).toString();
  assert.ok(svg.startsWith('<svg xmlns=') && svg.includes('<path') && !svg.includes('style='), svg.slice(0, 200));
  const png = await take('PNG');
  assert.ok(png.subarray(1, 4).toString() === 'PNG' && png.length > 5_000, `${png.length} bytes of PNG`);
  for (const by of ['owner', 'repository', 'day']) await page.getByLabel('Group by').selectOption(by);
  for (const chart of ['bar', 'area']) await page.getByRole('combobox', { name: 'Chart' }).selectOption(chart);
  await fits(page);
  await accessible(page);
}

async function searches(who) {
  const page = await enter(who);
  await page.goto(`${root}/search.html#q=${repository.split('/')[1].slice(0, 4).toUpperCase()}`);
  const first = page.locator('#results a').first();
  await first.waitFor();
  assert.equal(await first.textContent(), repository);
  await page.getByRole('searchbox').press('ArrowDown');
  assert.ok(await first.evaluate((link) => link === document.activeElement), 'the arrow key does not reach what is found');
  await fits(page);
  await accessible(page);
  await page.getByRole('searchbox').press('Enter');
  await page.waitForURL(`**/repositories/${repository}.html`);
}

async function readsWithoutScripts(who) {
  const page = await enter(who, { javaScriptEnabled: false });
  for (const [name, control] of [['explore', '#explore'], ['search', '#search']]) {
    await page.goto(`${root}/${name}.html`);
    assert.ok(await page.locator(`${control}-off`).isVisible(), `${name} does not explain itself`);
    assert.ok(await page.locator(control).isHidden(), `${name} shows controls that do nothing`);
  }
  await page.goto(`${root}/repositories.html`);
  assert.equal(await page.locator('th button').count(), 0);
}

const always = [crosshair, tables, explores, searches, readsWithoutScripts];
await play(base, only ? [...always, ranges, touches, sortsInGerman] : always, { only });
