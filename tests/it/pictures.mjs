// Pictures of every kind of page of a bundle, light and dark, on desk and phone and on paper, taken through the edge.
//
//   node pictures.mjs '{"base": "http://127.0.0.1:4000", "person": "Ada Admin", "role": "administrator", "folder": "/tmp/unzipped",
//                       "out": "tests/pictures/out", "chosen": "tests/pictures"}'
//
// `out` takes them all, whole pages; `chosen` takes the six of the README, each of one screen. Prints how many there are.
import { mkdirSync, rmSync } from 'node:fs';
import { SIZES, launch, signIn } from './chromium.mjs';
import { entries, isPage, sample } from './sample.mjs';

const { base, person, role, folder, out, chosen } = JSON.parse(process.argv[2]);
const pages = entries(folder).filter(isPage);
const repository = sample(folder).find((name) => name.startsWith('repositories/'));
// Name of the picture, page, device, colours. A page that a bundle does not have is passed over and told.
const README = [
  ['overview', 'index.html', 'desk', 'light'],
  ['repository', repository, 'desk', 'light'],
  ['weekly-dark', 'weekly.html', 'desk', 'dark'],
  ['explore', 'explore.html', 'desk', 'light'],
  ['quality', 'quality.html', 'desk', 'light'],
  ['phone', 'index.html', 'phone', 'dark'],
];

const browser = await launch();
const context = await browser.newContext({ deviceScaleFactor: 1, reducedMotion: 'reduce' });
const page = await signIn(context, base, person);
let taken = 0;

async function open(name, device, colorScheme, media = 'screen') {
  await page.setViewportSize(SIZES[device]);
  await page.emulateMedia({ colorScheme, media });
  await page.goto(`${base}/${role}/${name}`, { waitUntil: 'networkidle' });
}

if (out) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const name of sample(folder)) {
    const file = `${out}/${name.replace(/\.html$/, '').replaceAll('/', '-')}`;
    for (const device of Object.keys(SIZES)) {
      for (const colours of ['light', 'dark']) {
        await open(name, device, colours);
        await page.screenshot({ path: `${file}-${device}-${colours}.png`, fullPage: true });
        taken += 1;
      }
    }
    // A4 at 96 dots an inch, within its margins.
    await open(name, 'desk', 'light', 'print');
    await page.setViewportSize({ width: 718, height: 1046 });
    await page.screenshot({ path: `${file}-print.png`, fullPage: true });
    await page.pdf({ path: `${file}-print.pdf`, format: 'A4', margin: { top: '10mm', bottom: '10mm', left: '10mm', right: '10mm' } });
    taken += 2;
  }
}
const missing = [];
if (chosen) {
  for (const [file, name, device, colours] of README) {
    if (!pages.includes(name)) { missing.push(name); continue; }
    await open(name, device, colours);
    await page.screenshot({ path: `${chosen}/${file}.png` });
    taken += 1;
  }
}
await browser.close();
console.log(JSON.stringify({ taken, missing }));
