// What scripts add to reports: crosshair, sorting, filtering, exploring, taking along, searching.
//
//   node browser-reports.mjs '{"base": "file:///tmp/unpacked", "repository": "acme/anvil", "other": "acme/giant-magnet"}'
//   node browser-reports.mjs '{"base": "http://127.0.0.1:4000", "path": "/administrator", "person": "ada", …}'
//
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

await play(base, [crosshair, tables, explores, searches, readsWithoutScripts], { only });
