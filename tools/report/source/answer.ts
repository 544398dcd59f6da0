// SPDX-License-Identifier: Apache-2.0

// The top of the page: headline, assumptions, and the table of what-ifs.
import {type Column, h, table} from './dom';
import {displayUnit, humanNumber, monthName, percent, signedNumber} from './numbers';
import type {Work, RunNumbers, SourceRow} from './payload';
import {type Choice, metricName, unitOf} from './rows';

function tile(title: string, ...children: (Node | string)[]): HTMLElement {
  return h('section', {class: 'tile'}, h('h3', {}, title), ...children);
}

export function answer(numbers: RunNumbers): HTMLElement {
  const {page} = numbers;
  const {metric, month, firm} = page.headline;
  const {added} = page.headline;
  // If most draws are zero, the median says nothing.
  const isTypical = !added || added.p50 !== 0;
  const unit = added
    ? displayUnit(
        page.metrics[metric]!.unit,
        Math.max(Math.abs(isTypical ? added.p50 : added.mean), Math.abs(added.p95))
      )
    : unitOf(numbers, metric, firm, [month]);
  const at = (column: 'p05' | 'p50' | 'p95') =>
    added
      ? signedNumber((column === 'p50' && !isTypical ? added.mean : added[column]) / unit.one)
      : humanNumber(numbers.value(metric, 0, firm, column, month) / unit.one);
  return h(
    'section',
    {class: 'answer', 'aria-labelledby': 'the-answer'},
    h('h2', {id: 'the-answer'}, 'The answer'),
    h(
      'div',
      {class: 'figures'},
      h(
        'p',
        {class: 'big'},
        h('span', {class: 'value'}, at('p50')),
        h('span', {class: 'unit'}, ` ${unit.name}${isTypical ? '' : ' on average'}`)
      ),
      h(
        'p',
        {class: 'band'},
        h('strong', {}, `${at('p05')} to ${at('p95')}`),
        ' in nine of ten draws'
      ),
      h('p', {class: 'what'}, page.sentences[0] ?? '')
    ),
    h(
      'ul',
      {class: 'sentences'},
      ...page.sentences.slice(1).map((sentence) => h('li', {}, sentence))
    )
  );
}

const gradeMeanings: Record<string, string> = {
  A: 'measured like this',
  B: 'near measured cases',
  C: 'extrapolated from measured cases',
  D: 'nothing like it was ever checked'
};

// One line for each grade of the predictions behind this scenario, the least sure first, with the
// widest interval.
function gradeLines(works: Work[]): HTMLElement[] {
  const graded = works.filter((row) => row.possible && row.grade);
  return ['D', 'C', 'B', 'A'].flatMap((grade) => {
    const own = graded.filter((row) => row.grade === grade);
    if (own.length === 0) return [];
    const low = Math.min(...own.map((row) => row.low ?? 1));
    const high = Math.max(...own.map((row) => row.high ?? 1));
    const names = own.map((row) => `${row.workload} on ${row.chip}`);
    const shown =
      names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
    return [
      h(
        'li',
        {},
        h('strong', {}, `Grade ${grade}`),
        `, ${gradeMeanings[grade]}: ${shown}; measured values lie within ` +
          `−${(100 * (1 - low)).toFixed(0)} to +${(100 * (high - 1)).toFixed(0)} % of the model in nine of ten cases. `,
        h('a', {href: '#works'}, 'Why'),
        '.'
      )
    ];
  });
}

// Binding constraints at the headline month, accuracy of the models, and assumed inputs.
export function tiles(numbers: RunNumbers): HTMLElement {
  const {page} = numbers;
  const {metric, month, firm, mc_error_p50} = page.headline;
  const median = numbers.value(metric, 0, firm, 'p50', month);
  const binding = page.constraints
    .map((constraint, c) => ({title: constraint.title, share: numbers.binding(0, firm, c, month)}))
    .filter(({share}) => share >= 0.005)
    .sort((a, b) => b.share - a.share)
    .slice(0, 3);
  const assumptions = page.inputs.filter((input) => input.role === 'assumption');
  const assumed = assumptions.filter((input) => input.confidence === 'assumed');
  const unit = displayUnit(page.metrics[metric]!.unit, median);
  return h(
    'div',
    {class: 'tiles'},
    tile(
      `What stops the chips in ${monthName(page.months[month]!)}`,
      h(
        'ol',
        {class: 'bars'},
        ...binding.map(({title, share}) =>
          h(
            'li',
            {},
            h('span', {class: 'share'}, percent(share)),
            ` ${title}`,
            h('span', {class: 'bar', style: `--share:${(100 * share).toFixed(1)}%`})
          )
        )
      )
    ),
    tile(
      'Confidence',
      h(
        'ul',
        {},
        h('li', {}, 'The band is what the uncertain inputs leave open, if the rest is right.'),
        h(
          'li',
          {},
          `Simulation error of the median: ${humanNumber(mc_error_p50 / unit.one)} ${unit.name}` +
            (median ? ` (${humanNumber((100 * mc_error_p50) / Math.abs(median))} %).` : '.')
        ),
        ...gradeLines(page.works)
      )
    ),
    tile(
      'What it rests on',
      h(
        'ul',
        {},
        h(
          'li',
          {},
          h('strong', {}, `${assumed.length} of ${assumptions.length}`),
          ' uncertain inputs are assumed, without a published source. ',
          h('a', {href: '#inputs'}, 'See them'),
          '.'
        ),
        page.headline.assumed_constants.length > 0
          ? h(
              'li',
              {},
              h('strong', {}, String(page.headline.assumed_constants.length)),
              ' of those are single numbers without a range: the truth is less sure than the band.'
            )
          : null,
        page.headline.model_assumptions.length > 0
          ? h(
              'li',
              {},
              'The performance models assumed ',
              h('strong', {}, String(page.headline.model_assumptions.length)),
              ' more, for lack of keys in the scenario. ',
              h('a', {href: '#works'}, 'See them'),
              '.'
            )
          : null,
        h('li', {}, 'A conditional forecast: it follows from the inputs. It is not a prediction.')
      )
    )
  );
}

// Sources of the headline; null with a single source.
export function sourceTable(numbers: RunNumbers): HTMLElement | null {
  const {page} = numbers;
  const {metric, month, firm} = page.headline;
  if (page.sources.length < 2) return null;
  const unit = unitOf(numbers, metric, firm, [month]);
  const text = (value: number | null) =>
    value === null ? 'unknown' : humanNumber(value / unit.one);
  const all = page.sources.reduce((sum, row) => sum + (row.mean ?? 0), 0);
  const columns: Column<SourceRow>[] = [
    {title: 'Source', cell: (row) => h('bdi', {}, row.title)},
    {title: 'Chip', cell: (row) => h('bdi', {}, row.chip)},
    {title: 'Mean', numeric: true, cell: (row) => text(row.mean)},
    {
      title: 'of the whole',
      numeric: true,
      cell: (row) => (row.mean === null || all === 0 ? '–' : percent(row.mean / all))
    },
    {title: 'Median', numeric: true, cell: (row) => text(row.p50)},
    {title: '5 % to 95 %', numeric: true, cell: (row) => `${text(row.p05)} to ${text(row.p95)}`}
  ];
  return table(
    `${metricName(page.metrics[metric]!)}${unit.name ? `, ${unit.name}` : ''}, by stock ` +
      `and tranche: ${page.firms[firm]!.label}, ${monthName(page.months[month]!)}. Means add up.`,
    columns,
    page.sources
  );
}

// Shares of better, equal and worse as parts of one bar.
function sharesBar(better: number, worse: number): HTMLElement {
  const same = Math.max(0, 1 - better - worse);
  const text = `better in ${percent(better)}, same in ${percent(same)}, worse in ${percent(worse)} of draws`;
  return h(
    'span',
    {class: 'shares', role: 'img', 'aria-label': text, title: text},
    ...(['better', 'same', 'worse'] as const).map((kind, i) =>
      h('span', {class: kind, style: `width:${(100 * [better, same, worse][i]!).toFixed(1)}%`})
    )
  );
}

export function whatIfTable(numbers: RunNumbers, choice: Choice): HTMLElement {
  const {page} = numbers;
  const metric = page.metrics[choice.metric]!;
  const unit = unitOf(numbers, choice.metric, choice.firm, [choice.month]);
  const value = (variant: number, column: 'p05' | 'p50' | 'p95') =>
    humanNumber(
      numbers.value(choice.metric, variant, choice.firm, column, choice.month) / unit.one
    );
  const difference = (
    variant: number,
    column: 'p05' | 'p50' | 'p95' | 'mean' | 'better' | 'worse'
  ) => numbers.difference(choice.metric, variant, choice.firm, column, choice.month);
  const signed = (variant: number, column: 'p05' | 'p50' | 'p95' | 'mean') =>
    signedNumber(difference(variant, column) / unit.one);
  const paired = (text: (variant: number) => Node | string) => (variant: number) =>
    variant === 0 ? '' : text(variant);
  const columns: Column<number>[] = [
    {title: 'What if', cell: (v) => h('bdi', {}, page.variants[v]!.label)},
    {title: 'Median', numeric: true, cell: (v) => value(v, 'p50')},
    {title: '5 % to 95 %', numeric: true, cell: (v) => `${value(v, 'p05')} to ${value(v, 'p95')}`},
    {title: 'Difference, median', numeric: true, cell: paired((v) => signed(v, 'p50'))},
    {title: 'mean', numeric: true, cell: paired((v) => signed(v, 'mean'))},
    {
      title: '5 % to 95 %',
      numeric: true,
      cell: paired((v) => `${signed(v, 'p05')} to ${signed(v, 'p95')}`)
    }
  ];
  if (metric.better !== 'neither')
    columns.push(
      {title: 'P(better)', numeric: true, cell: paired((v) => percent(difference(v, 'better')))},
      {
        title: 'same',
        numeric: true,
        cell: paired((v) =>
          percent(Math.max(0, 1 - difference(v, 'better') - difference(v, 'worse')))
        )
      },
      {title: 'P(worse)', numeric: true, cell: paired((v) => percent(difference(v, 'worse')))},
      {
        title: 'better | same | worse',
        cell: paired((v) => sharesBar(difference(v, 'better'), difference(v, 'worse')))
      }
    );
  const shown = page.variants.length > 1 ? columns : columns.slice(0, 3);
  return table(
    `${metricName(metric)}${unit.name ? `, ${unit.name}` : ''}: ` +
      `${page.firms[choice.firm]!.label}, ${monthName(page.months[choice.month]!)}. ` +
      'Differences are to the base case in the same draws.',
    shown,
    choice.variants,
    (variant) => (variant === 0 ? 'base' : '')
  );
}
