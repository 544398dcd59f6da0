// SPDX-License-Identifier: Apache-2.0

// The bottom of the page: inputs with their sources, and the manifest of the run.
import {h, table} from './dom';
import {humanNumber} from './numbers';
import type {Accuracy, Input, RunPage, Work} from './payload';

// A table in TOML syntax is less readable than its content.
function valueOf(input: Input): HTMLElement {
  if (input.share) return h('span', {}, input.share);
  const text = input.text && !input.text.trim().startsWith('{') ? input.text : input.distribution;
  return h(
    'span',
    {},
    h('bdi', {}, text),
    input.unit && !text.includes(input.unit) ? ` ${input.unit}` : '',
    input.is_default ? h('span', {class: 'note'}, ' (default)') : null
  );
}

function sourceOf(input: Input): HTMLElement {
  const text = [
    input.source,
    input.as_of && !input.source.includes(input.as_of) ? `as of ${input.as_of}` : '',
    input.note
  ]
    .filter(Boolean)
    .join('; ');
  return h('bdi', {}, text || '–');
}

// A path may break only after its dots.
function pathOf(input: Input): HTMLElement {
  const parts = (input.variable || input.path).split('.');
  return h(
    'bdi',
    {},
    ...parts.flatMap((part, i) => (i + 1 < parts.length ? [`${part}.`, h('wbr')] : [part]))
  );
}

// "rises with it" as a number: the rank correlation with the headline.
function influenceOf(input: Input): string {
  const found = input.rank_correlation;
  return found === null ? '–' : `${found < 0 ? '−' : '+'}${Math.abs(found).toFixed(2)}`;
}

// The most influential inputs first; inputs that do not vary keep the order of the file.
function byInfluence(inputs: Input[]): Input[] {
  const size = (input: Input) => Math.abs(input.rank_correlation ?? 0);
  return [...inputs].sort((a, b) => size(b) - size(a));
}

// One row per number, even if several fields use it.
function distinct(inputs: Input[]): Input[] {
  const seen = new Set<string>();
  return inputs.filter((input) => {
    const key = input.variable || input.path;
    return seen.has(key) ? false : Boolean(seen.add(key));
  });
}

export function inputTables(page: RunPage): HTMLElement {
  const holder = h('div');
  let onlyAssumed = false;
  let withDefaults = false;
  const show = () => {
    const rows = (role: string) =>
      byInfluence(
        distinct(page.inputs).filter(
          (input) =>
            input.role === role &&
            (!onlyAssumed || input.confidence === 'assumed') &&
            (withDefaults || !input.is_default)
        )
      );
    const columns = [
      {title: 'Input', className: 'path', cell: pathOf},
      {title: 'Value', cell: valueOf},
      {title: 'Moves the headline', numeric: true, cell: influenceOf},
      {
        title: 'Confidence',
        cell: (i: Input) => h('span', {class: `badge ${i.confidence}`}, i.confidence)
      },
      {title: 'Source', className: 'source', cell: sourceOf}
    ];
    const rowClass = (input: Input) => (input.confidence === 'assumed' ? 'assumed' : '');
    holder.replaceChildren(
      table('Levers: decisions', columns, rows('lever'), rowClass),
      table('Assumptions: uncertain numbers', columns, rows('assumption'), rowClass)
    );
  };
  const box = (text: string, change: (checked: boolean) => void) =>
    h(
      'label',
      {class: 'box'},
      h('input', {
        type: 'checkbox',
        change: (event) => {
          change((event.target as HTMLInputElement).checked);
          show();
        }
      }),
      ` ${text}`
    );
  show();
  return h(
    'div',
    {},
    h(
      'p',
      {class: 'note'},
      'Moves the headline: rank correlation with it in ' +
        '1,024 draws, from −1 to +1; below 0.06 may be chance; – for what does not vary or does not ' +
        'bear on it. The strongest first.'
    ),
    h(
      'p',
      {class: 'controls plain'},
      box('only assumed', (checked) => {
        onlyAssumed = checked;
      }),
      box('with defaults that the file does not mention', (checked) => {
        withDefaults = checked;
      })
    ),
    holder
  );
}

// "fp8 weights; fp8 cache, multiplied in fp8", or the reason why the chip does no work.
function formatText(row: Work): string {
  if (!row.possible) return row.reason;
  if (!row.formats) return '–';
  return row.arithmetic && row.arithmetic !== row.formats
    ? `${row.formats}, multiplied in ${row.arithmetic}`
    : row.formats;
}

// "TP 2, 64 sequences, 39.5 ms a token; 36.3 GB weights, …"
function replicaText(row: Work): string {
  const chips = row.chips_per_copy === null ? '' : `${row.chips_per_copy} chips`;
  const parts = [
    row.layout || chips,
    row.sequences_per_copy === null ? '' : `${humanNumber(row.sequences_per_copy)} sequences`,
    row.time_per_token_s === null ? '' : `${humanNumber(1e3 * row.time_per_token_s)} ms a token`
  ].filter((part) => part !== '');
  return (
    [parts.join(', '), row.memory && `on each chip ${row.memory}`]
      .filter((part) => part !== '')
      .join('; ') || '–'
  );
}

// "81 % compute, 11 % network": the parts of the time, largest first; before them what binds if it
// is no part.
function timeText(row: Work): string {
  const parts = Object.entries(row.time_shares ?? {})
    .filter(([, share]) => share >= 0.005)
    .sort((a, b) => b[1] - a[1]);
  const texts = parts.map(([name, share]) => `${(100 * share).toFixed(0)} % ${name}`);
  if (row.binds && !(row.binds in (row.time_shares ?? {}))) texts.unshift(`bound by ${row.binds}`);
  return texts.join(', ') || '–';
}

// Grade, 90 % interval and nearest measured cases of the prediction.
function evidenceText(row: Work): string | HTMLElement {
  if (!row.possible) return '–';
  if (!row.evidence) return 'stated roofline: not measured';
  if (!row.grade || !row.low || !row.high) return row.resembles || row.evidence;
  const end = (factor: number) =>
    `${factor < 1 ? '−' : '+'}${Math.abs(100 * (factor - 1)).toFixed(0)} %`;
  return h(
    'span',
    {},
    h('strong', {}, `${end(row.low)} to ${end(row.high)}`),
    ` (90 %). ${row.resembles ?? ''}`
  );
}

// Work of each kind of chip for each workload: formats, layout, batch, what binds, what the model
// assumed, and the measured cases behind it.
export function workTable(works: Work[]): HTMLElement {
  return table(
    'Number formats, the replica of a served model, where the time goes, and what the model rests on',
    [
      {title: 'Workload', cell: (row: Work) => h('bdi', {}, row.workload)},
      {title: 'Chip', cell: (row: Work) => h('span', {class: 'name'}, row.chip)},
      {title: 'Formats', cell: formatText},
      {title: 'A replica', cell: replicaText},
      {title: 'Where the time goes', cell: timeText},
      {title: 'Assumed by the model', cell: (row: Work) => row.assumed?.join('; ') || '–'},
      {title: 'How sure', cell: evidenceText}
    ],
    works,
    (row) => (row.possible && !row.widened ? '' : 'assumed')
  );
}

export function accuracyTable(rows: Accuracy[]): HTMLElement {
  const number = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : `${value.toFixed(1)} %`;
  const signed = (value: number | null | undefined) =>
    `${(value ?? 0) > 0 ? '+' : ''}${number(value)}`;
  return table(
    'Predictions beside published measurements: mean absolute errors, every group of like cases ' +
      'weighing the same',
    [
      {title: 'Kind of case', cell: (row: Accuracy) => row.what},
      {title: 'Cases', numeric: true, cell: (row: Accuracy) => String(row.cases)},
      {title: 'Predicted', numeric: true, cell: (row: Accuracy) => number(row.predicted_percent)},
      {
        title: 'Error, left out of the fit',
        numeric: true,
        cell: (row: Accuracy) => number(row.left_out_error_percent)
      },
      {
        title: 'Bias, left out',
        numeric: true,
        cell: (row: Accuracy) => signed(row.left_out_bias_percent)
      },
      {
        title: 'Error, fitted',
        numeric: true,
        cell: (row: Accuracy) => number(row.mean_absolute_error_percent)
      },
      {title: 'Bias, fitted', numeric: true, cell: (row: Accuracy) => signed(row.bias_percent)}
    ],
    rows
  );
}

export function manifestList(rows: [string, string][]): HTMLElement {
  return h(
    'dl',
    {class: 'manifest'},
    ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])
  );
}
