// SPDX-License-Identifier: Apache-2.0

// Builds the front end: node build.mjs [--cpp FILE] [--tests]
// dist/page.html and dist/report.js; with --cpp also both as a C++ source for the program.
import {build, transform} from 'esbuild';
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';

const here = new URL('.', import.meta.url).pathname;
const read = (name) => readFileSync(here + name, 'utf8');
mkdirSync(here + 'dist', {recursive: true});

const common = {
  bundle: true,
  target: 'es2021',
  charset: 'ascii',
  logLevel: 'warning',
  legalComments: 'none',
  external: ['node:fs']
};
const bundle = await build({
  ...common,
  entryPoints: [here + 'source/main.ts'],
  format: 'iife',
  minify: true,
  write: false
});
const script = bundle.outputFiles[0].text;
const sheets = read('source/page.css') + read('source/content.css');
const style = (await transform(sheets, {loader: 'css', minify: true})).code;
const page = read('source/page.html').replace('@@STYLE@@', () => style.trim());
writeFileSync(here + 'dist/report.js', script);
writeFileSync(here + 'dist/page.html', page);

// Literals in pieces, because compilers limit their length.
function literals(text) {
  const pieces = [];
  for (let at = 0; at < text.length; at += 15000)
    pieces.push(`R"tranche(${text.slice(at, at + 15000)})tranche"`);
  return pieces.join(',\n');
}
const cpp = process.argv.indexOf('--cpp');
if (cpp > 0)
  writeFileSync(
    process.argv[cpp + 1],
    `// Made by tools/report/build.mjs; do not edit.
#include "tools/cli/report_template.hpp"

namespace tranche::tools {

ReportTemplate report_template() {
  constexpr const char* page[] = {${literals(page)}};
  constexpr const char* script[] = {${literals(script)}};
  ReportTemplate out;
  for (const char* piece : page) out.page += piece;
  for (const char* piece : script) out.script += piece;
  return out;
}

}  // namespace tranche::tools
`
  );

if (process.argv.includes('--tests'))
  await build({
    ...common,
    entryPoints: readdirSync(here + 'tests')
      .filter((n) => n.endsWith('.test.ts'))
      .map((n) => here + 'tests/' + n),
    format: 'cjs',
    platform: 'node',
    outdir: here + 'dist/tests',
    outExtension: {'.js': '.cjs'},
    external: ['playwright-core', 'node:*', 'ajv', 'ajv-formats']
  });
