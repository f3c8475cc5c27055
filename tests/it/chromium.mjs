// What the scripts that drive Chromium share: the browser, the ear for its console, and what a page must be like.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

export const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function chromiumPath() {
  return process.env.CHROMIUM ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
}

export function launch() {
  return chromium.launch({
    executablePath: chromiumPath(),
    // Pages that one comes back to are kept whole, as in everybody's browser.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update'],
  });
}

// Chromium reports a violated Content-Security-Policy, a failed load and a thrown error all in its console. What the
// provider's own pages have to complain about is not ours, and leaving a page cuts its last loads short.
export function listen(page, base, complaints, expected = () => false) {
  const ours = (address) => address.startsWith(base) || address.startsWith('about:');
  const complain = (address, text) => ours(address) && complaints.push(`${address}: ${text}`);
  page.on('pageerror', (error) => complain(page.url(), error));
  page.on('requestfailed', (request) => {
    const { errorText } = request.failure();
    if (errorText !== 'net::ERR_ABORTED') complain(request.url(), errorText);
  });
  page.on('console', (message) => {
    if (!expected(message.text()) && ['error', 'warning'].includes(message.type())) {
      complain(message.location().url || page.url(), message.text());
    }
  });
}

// A page that must be complained about: whoever never hears a complaint would hear none of ours either.
export async function hears(page, complaints) {
  await page.setContent('<meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><p style="color:red">');
  assert.ok(complaints.length, 'a violated Content-Security-Policy goes unheard');
  complaints.length = 0;
}

// No page scrolls sideways, whatever the screen.
export async function fits(page) {
  for (const [device, size] of Object.entries(SIZES)) {
    await page.setViewportSize(size);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${page.url()} scrolls sideways by ${wide} pixels on the ${device}`);
  }
}

// The rules of axe for WCAG 2.2, level AA, and its best practices: names, roles, contrast, order of headings and so on.
// Run past the page's Content-Security-Policy, which it is no part of.
export async function accessible(page) {
  await page.evaluate(AXE);
  // In the dark only the colours are others.
  for (const [colorScheme, rules] of [['light', null], ['dark', ['color-contrast']]]) {
    await page.emulateMedia({ colorScheme });
    // It would fetch style sheets, which a page from a disk may not.
    const options = { preload: false, resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
    const { violations } = await page.evaluate((options) => window.axe.run(document, options), options);
    const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}\n${node.failureSummary}`));
    assert.deepEqual(told, [], `${page.url()} (${colorScheme}) is not accessible:\n${told.join('\n')}`);
  }
  await page.emulateMedia({ colorScheme: null });
}

// Desk and phone, light and dark, into a folder, for whoever wants to look.
export async function shoot(page, path) {
  for (const [device, size] of Object.entries(SIZES)) {
    for (const colorScheme of ['dark', 'light']) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${path}-${device}-${colorScheme}.png`, fullPage: true });
    }
  }
}

// Runs each of some scenarios in a browser profile of its own, all in one browser; prints their names as JSON. A
// complaint of the console or anything unexpected ends it with a message and a status of 1. `told` is printed along.
export async function play(base, scenarios, { only, expected, told } = {}) {
  const browser = await launch();
  const done = [];
  const complaints = [];
  try {
    for (const scenario of scenarios.filter(({ name }) => !only || only.includes(name))) {
      const contexts = [];
      // A profile with its ear; every page that it opens is listened to.
      const person = async (options = {}) => {
        const context = await browser.newContext(options);
        context.setDefaultTimeout(15_000);
        context.on('page', (page) => listen(page, base, complaints, expected));
        contexts.push(context);
        return context;
      };
      try {
        await scenario(person);
        assert.deepEqual(complaints, [], 'the console has complaints');
      } catch (error) {
        const where = contexts.flatMap((context) => context.pages()).map((page) => page.url());
        throw new Error(`${scenario.name}: ${error.message}\nopen: ${where.join(', ')}\n${complaints.join('\n')}`);
      }
      for (const context of contexts) await context.close();
      done.push(scenario.name);
    }
    console.log(JSON.stringify({ done, ...told }));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

// What everybody does at the provider of `provider.mjs`.
export async function choose(page, base, person) {
  await page.waitForURL((url) => !url.href.startsWith(base));
  await page.getByText(person, { exact: true }).first().click();
  await page.waitForURL((url) => url.href.startsWith(base) && !url.pathname.startsWith('/-/callback'));
}

export async function signIn(context, base, person, path = '/') {
  const page = await context.newPage();
  await page.goto(base + path);
  await choose(page, base, person);
  return page;
}

// The provider sends people back with a state that nothing depends on.
export async function signedOut(page, base) {
  await page.waitForURL((url) => url.href.split('?')[0] === `${base}/-/signed-out`);
}

// Signs out on `/-/me`, and at the provider too.
export async function signOut(page, base) {
  await page.goto(`${base}/-/me`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Yes, sign out' }).click();
  await signedOut(page, base);
}

// Whether a page of the site is open to a profile, without going to any sign-in.
export async function status(context, address) {
  const response = await context.request.get(address, { maxRedirects: 0, headers: { accept: 'text/html' } });
  return response.status();
}
