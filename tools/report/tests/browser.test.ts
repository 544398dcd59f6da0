// SPDX-License-Identifier: Apache-2.0

// The page in a real browser, from the disk. TRANCHE_CHROMIUM is the browser; the folders have
// results of the flagship, of malicious names, and of many firms and what-ifs.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {type Browser, chromium, type Page} from 'playwright-core';

const folder = (name: string) => path.join(process.env.TRANCHE_RESULTS_ROOT!, name, 'report.html');
let browser: Browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.TRANCHE_CHROMIUM!,
    args: ['--no-sandbox', '--disable-gpu']
  });
});
after(() => browser.close());

interface Opened {
  page: Page;
  problems: string[]; // things that no page should do
}

async function open(name: string, width: number, colorScheme: 'light' | 'dark'): Promise<Opened> {
  const page = await browser.newPage({viewport: {width, height: 900}, colorScheme});
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== `file://${encodeURI(folder(name))}`) problems.push(request.url());
  });
  page.on('dialog', (dialog) => {
    problems.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(`file://${folder(name)}`);
  return {page, problems};
}

// Every figure is scrolled into view once and drawn.
async function drawAll(page: Page): Promise<number> {
  const figures = page.locator('figure');
  const count = await figures.count();
  for (let i = 0; i < count; i++) {
    await figures.nth(i).scrollIntoViewIfNeeded();
    await figures.nth(i).locator('.chart svg').first().waitFor({timeout: 15000});
  }
  return count;
}

const marks = (page: Page, chart: string, selector: string) =>
  page.locator(`#chart-${chart} svg ${selector}`).count();

for (const width of [400, 1400])
  for (const scheme of ['light', 'dark'] as const)
    test(`flagship at ${width} px, ${scheme}`, async () => {
      const {page, problems} = await open('flagship', width, scheme);
      assert.equal(await drawAll(page), 8);
      const size = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(size[0]! <= size[1]!, `the page is ${size[0]} wide on a screen of ${size[1]}`);
      // Seven cases; three firms and their sum; six differences, each with two lines.
      assert.equal(await marks(page, 'answer', '.mark-symbol.role-mark path'), 7);
      assert.equal(await marks(page, 'what-ifs', '.mark-line.role-mark path'), 7);
      assert.equal(await marks(page, 'fan', '.mark-line.role-mark path'), 4);
      assert.equal(await marks(page, 'fan', '.mark-area.role-mark path'), 8);
      assert.equal(await marks(page, 'differences', '.mark-line.role-mark path'), 12);
      // Three what-ifs set several paths: four, two and two.
      assert.equal(await marks(page, 'decomposition', '.mark-rect.role-mark path'), 11);
      assert.ok((await marks(page, 'binding', '.mark-area.role-mark path')) >= 5);
      assert.equal(await marks(page, 'training-flop', '.mark-rule.role-mark line'), 3);
      assert.equal(await marks(page, 'exceedance', '.mark-line.role-mark path'), 7);
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(paper, scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(23, 26, 32)');
      assert.deepEqual(problems, []);
      await page.close();
    });

test('choices change tables and charts', async () => {
  const {page, problems} = await open('flagship', 1400, 'light');
  await drawAll(page);
  const caption = () => page.locator('#what-ifs table caption').innerText();
  assert.match(await caption(), /EFLOP\/s: all firms, December 2027/);
  // The controls stay visible beside the charts.
  await page.locator('#chart-binding').scrollIntoViewIfNeeded();
  assert.ok(
    await page
      .locator('#choose-metric')
      .evaluate((select) => select.getBoundingClientRect().top >= 0)
  );
  await page.selectOption('#choose-metric', {label: 'h100e_bandwidth'});
  assert.match(await caption(), /^h100e_bandwidth, h100e/);
  await page.selectOption('#choose-firm', {label: 'Alibaba'});
  assert.match(await caption(), /: Alibaba,/);
  await page.selectOption('#choose-month', {label: 'December 2028'});
  assert.match(await caption(), /December 2028/);
  await page.locator('#chart-what-ifs').scrollIntoViewIfNeeded();
  await page
    .locator('#chart-what-ifs svg text', {hasText: 'h100e_bandwidth, h100e'})
    .first()
    .waitFor();
  // By keyboard: open the list, deselect one what-if.
  await page.locator('.what-ifs summary').focus();
  await page.keyboard.press('Enter');
  await page.locator('.what-ifs input').nth(1).focus();
  await page.keyboard.press('Space');
  assert.equal(await page.locator('#what-ifs table').first().locator('tbody tr').count(), 6);
  await page.locator('#chart-answer').scrollIntoViewIfNeeded();
  await page.waitForFunction(
    () => document.querySelectorAll('#chart-answer svg .mark-symbol.role-mark path').length === 6
  );
  // Each chart has a data table.
  await page.locator('#chart-fan details summary').click();
  assert.equal(await page.locator('#chart-fan details tbody tr').count(), 4 * 35);
  assert.deepEqual(problems, []);
  await page.close();
});

test('tooltips show the band', async () => {
  const {page} = await open('flagship', 1400, 'light');
  await drawAll(page);
  await page.locator('#chart-answer svg .mark-symbol.role-mark path').first().hover();
  const tooltip = page.locator('#vg-tooltip-element');
  await tooltip.waitFor();
  assert.match(await tooltip.innerText(), /median/);
  await page.close();
});

test('prints with every chart, without scrolling first', async () => {
  const {page, problems} = await open('flagship', 1400, 'dark');
  const pdf = await page.pdf({format: 'A4', printBackground: true});
  assert.ok(pdf.length > 100_000, `${pdf.length} bytes`);
  assert.equal(await page.locator('figure .chart svg').count(), 8);
  assert.deepEqual(problems, []);
  await page.close();
});

for (const width of [400, 1400])
  test(`names that mean harm are text at ${width} px`, async () => {
    const {page, problems} = await open('hostile', width, 'light');
    await drawAll(page);
    assert.match(await page.locator('h1').innerText(), /<script>alert\(1\)<\/script>/);
    assert.match(await page.title(), /<script>/);
    assert.equal(await page.locator('script').count(), 2);
    assert.equal(await page.locator('main img').count(), 0);
    const size = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(size[0]! <= size[1]!, `${size[0]} wide on ${size[1]}`);
    // Texts of 10,000 letters scroll in windows of their own.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    assert.ok(height < 12000, `${height} high`);
    await page.locator('#chart-answer svg .mark-symbol.role-mark path').first().hover();
    assert.equal(await page.evaluate(() => (window as {harm?: number}).harm), undefined);
    assert.deepEqual(problems, []);
    await page.close();
  });

test('many firms and what-ifs stay quick to scroll', async () => {
  const {page, problems} = await open('many', 1400, 'light');
  // Charts below the screen are drawn when they approach it.
  assert.equal(await page.locator('#chart-exceedance svg').count(), 0);
  await drawAll(page);
  // After drawing, scrolling runs no script: the page is not rebuilt.
  const changes = await page.evaluate(async () => {
    let seen = 0;
    const observer = new MutationObserver((records) => (seen += records.length));
    observer.observe(document.body, {childList: true, subtree: true});
    for (let y = 0; y < document.documentElement.scrollHeight; y += 400) {
      scrollTo(0, y);
      await new Promise(requestAnimationFrame);
    }
    observer.disconnect();
    return seen;
  });
  assert.equal(changes, 0);
  assert.deepEqual(problems, []);
  await page.close();
});

for (const [name, charts] of [
  ['compare', 2],
  ['plan', 2],
  ['sweep', 3],
  ['allocate', 1],
  ['sensitivity', 2]
] as const)
  for (const width of [400, 1400])
    test(`${name} at ${width} px`, async () => {
      const {page, problems} = await open(name, width, width === 400 ? 'dark' : 'light');
      assert.equal(await drawAll(page), charts);
      const size = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(size[0]! <= size[1]!, `${size[0]} wide on ${size[1]}`);
      assert.deepEqual(problems, []);
      await page.close();
    });
