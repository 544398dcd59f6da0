// SPDX-License-Identifier: Apache-2.0

// Draws pictures without a browser: every specification of a folder as an SVG file.
import * as vega from 'vega';
import * as vegaLite from 'vega-lite';

// Returns the SVG text of one Vega-Lite specification.
export async function svgOf(specification: vegaLite.TopLevelSpec): Promise<string> {
  const compiled = vegaLite.compile(specification).spec;
  const view = new vega.View(vega.parse(compiled), {renderer: 'none'});
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

// Reads every *.vl.json named and writes NAME.svg; prints the names written.
export async function writeImages(files: string[]): Promise<void> {
  const fs: typeof import('node:fs') = require('node:fs');
  for (const file of files) {
    const specification = JSON.parse(fs.readFileSync(file, 'utf8')) as vegaLite.TopLevelSpec;
    const target = file.replace(/\.vl\.json$/, '') + '.svg';
    fs.writeFileSync(target + '.tmp', await svgOf(specification));
    fs.renameSync(target + '.tmp', target);
    process.stdout.write(target + '\n');
  }
}
