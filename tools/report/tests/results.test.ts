// SPDX-License-Identifier: Apache-2.0

// Output of the program: specifications are valid by the schema, and the rows of the page equal
// those of the specifications. TRANCHE_RESULTS names the results folders.
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {fitted} from '../source/layout';
import {firstChoice} from '../source/controls';
import {type Page, RunNumbers, type RunPage, unpack} from '../source/payload';
import {chartRows} from '../source/rows';
import type {Json} from '../source/theme';

const folders = (process.env.TRANCHE_RESULTS ?? '').split(':').filter(Boolean);
const schema = JSON.parse(
  fs.readFileSync(path.join('node_modules', 'vega-lite', 'build', 'vega-lite-schema.json'), 'utf8')
);
const ajv = new Ajv({allErrors: false, strict: false, allowUnionTypes: true});
addFormats(ajv);
ajv.addFormat('color-hex', () => true);
const valid = ajv.compile(schema);

function pageOf(folder: string): Page {
  const html = fs.readFileSync(path.join(folder, 'report.html'), 'utf8');
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html);
  return JSON.parse(json![1]!) as Page;
}

test('there are results to look at', () => assert.ok(folders.length > 0));

for (const folder of folders) {
  const name = path.basename(folder);
  const specifications = fs
    .readdirSync(path.join(folder, 'charts'))
    .filter((file) => file.endsWith('.vl.json'));

  test(`${name}: every specification is valid Vega-Lite 5`, () => {
    assert.ok(specifications.length > 0);
    for (const file of specifications) {
      const text = fs.readFileSync(path.join(folder, 'charts', file), 'utf8');
      assert.ok(valid(JSON.parse(text)), `${file}: ${ajv.errorsText(valid.errors)}`);
    }
  });

  test(`${name}: the page is one small file`, () => {
    const html = fs.readFileSync(path.join(folder, 'report.html'), 'utf8');
    assert.ok(Buffer.byteLength(html) < 3e6, `${html.length} bytes`);
    assert.equal((html.match(/<script/g) ?? []).length >= 2, true);
    assert.doesNotMatch(html.slice(0, html.indexOf('<script')), /(src|href)="http/);
  });

  const page = pageOf(folder);
  test(`${name}: charts on the page are valid too`, () => {
    for (const chart of page.charts) {
      const filled = chart.rows
        ? chartRows(
            chart.rows,
            new RunNumbers(page as RunPage),
            firstChoice(new RunNumbers(page as RunPage))
          )
        : null;
      for (const scheme of ['light', 'dark'] as const)
        assert.ok(
          valid(fitted(chart, filled, page.theme as Json, {width: 380, scheme})),
          `${chart.name}: ${ajv.errorsText(valid.errors)}`
        );
    }
  });

  if (page.kind === 'run')
    test(`${name}: rows of the page are those of the specifications`, () => {
      const numbers = new RunNumbers(page as RunPage);
      for (const chart of page.charts.filter(({rows}) => rows)) {
        // the others follow no choice
        const file = path.join(folder, 'charts', `${chart.name}.vl.json`);
        const written = JSON.parse(fs.readFileSync(file, 'utf8')).vconcat[0].data.values;
        const {rows, valueTitle} = chartRows(chart.rows, numbers, firstChoice(numbers));
        assert.equal(valueTitle, chart.value_title, chart.name);
        assert.equal(rows.length, written.length, chart.name);
        rows.forEach((row, i) => {
          for (const [key, value] of Object.entries(row)) {
            const other = written[i][key];
            if (typeof value !== 'number' || typeof other !== 'number') {
              if (key !== 'text') assert.equal(value, other, `${chart.name} ${key}`);
              continue;
            }
            // Four digits there, 16 bits here; one unit of the last digit where both round.
            assert.ok(
              Math.abs(value - other) <= 1.1e-3 * Math.abs(other) + 1e-12,
              `${chart.name} row ${i} ${key}: ${value} ${other}`
            );
          }
        });
      }
    });
}

test('packed numbers come back to 16 bits', () => {
  // 1.5 is 0x3fc00000, -2 is 0xc0000000, 1e20 is 0x60ad78ec: upper 24 bits in base64.
  const bytes = Buffer.from([0x3f, 0xc0, 0x00, 0xc0, 0x00, 0x00, 0x60, 0xad, 0x79]);
  const [a, b, c] = unpack(bytes.toString('base64'));
  assert.equal(a, 1.5);
  assert.equal(b, -2);
  assert.ok(Math.abs(c! / 1e20 - 1) < 1.6e-5);
});
