// SPDX-License-Identifier: Apache-2.0

// One bundle for two environments: in a browser it fills the page, in Node it writes pictures.
import {writeImages} from './images';
import {showPage} from './page';
import type {Page} from './payload';

if (typeof document === 'undefined') {
  writeImages(process.argv.slice(2)).catch((problem: unknown) => {
    process.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n`);
    process.exitCode = 1;
  });
} else {
  showPage(JSON.parse(document.getElementById('data')!.textContent!) as Page);
}
