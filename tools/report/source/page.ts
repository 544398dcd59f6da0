// SPDX-License-Identifier: Apache-2.0

// The page: question, headline, binding constraints, uncertainty, inputs.
import {accuracyTable, inputTables, manifestList, workTable} from './inputs';
import {answer, sourceTable, tiles, whatIfTable} from './answer';
import {Figure, watch} from './charts';
import {controls, firstChoice} from './controls';
import {h} from './dom';
import {type Page, RunNumbers, type RunPage} from './payload';
import {type Choice, chartRows, metricName} from './rows';
import type {Json} from './theme';

const headings: Record<string, string> = {
  answer: 'Where each what-if ends up',
  what_ifs: 'Over time, every what-if',
  fan: 'Over time, firm by firm',
  differences: 'What each what-if changes, in the same draws',
  binding: 'What stops the chips',
  training_flop: 'Cumulative training compute, with known runs for scale',
  exceedance: 'The chance of passing a value'
};

function section(id: string, title: string, ...children: (Node | null)[]): HTMLElement {
  return h(
    'section',
    {id, 'aria-labelledby': `${id}-title`},
    h('h2', {id: `${id}-title`}, title),
    ...children
  );
}

function top(page: Page): HTMLElement {
  return h(
    'header',
    {},
    h('p', {class: 'over'}, 'tranche · conditional forecast, not a prediction'),
    h('h1', {}, h('bdi', {}, page.title)),
    page.question ? h('p', {class: 'question'}, page.question) : null,
    page.description ? h('p', {class: 'description'}, page.description) : null
  );
}

function runPage(page: RunPage): {elements: HTMLElement[]; figures: Figure[]} {
  const numbers = new RunNumbers(page);
  let choice = firstChoice(numbers);
  const tableHolder = h('div', {}, whatIfTable(numbers, choice));
  const subject = h('p', {class: 'subject', 'aria-live': 'polite'});
  const say = () => {
    const of = choice.variant ? `; bands of ${page.variants[choice.variant]!.label}` : '';
    subject.textContent = `${metricName(page.metrics[choice.metric]!)}: ${page.firms[choice.firm]!.label}${of}`;
  };
  say();
  const figures = page.charts.map(
    (chart) =>
      new Figure(
        chart,
        page.theme as Json,
        chart.rows ? () => chartRows(chart.rows, numbers, choice) : null,
        h('h3', {}, headings[chart.rows] ?? chart.title)
      )
  );
  const change = (next: Choice) => {
    choice = next;
    say();
    tableHolder.replaceChildren(whatIfTable(numbers, choice));
    for (const figure of figures) figure.reset();
  };
  const left = page.metrics.filter((_, i) => !numbers.hasMetric(i)).map((metric) => metric.name);
  const first = figures.slice(0, 1).map((figure) => figure.element);
  const rest = figures.slice(1).map((figure) => figure.element);
  const sources = sourceTable(numbers);
  // Warnings for chips without work, or with another format than requested, precede the headline.
  const loud = page.work_warnings.map((text) => h('li', {}, h('strong', {}, 'Warning: '), text));
  const elements = [
    answer(numbers),
    ...(loud.length ? [h('ul', {class: 'notes', id: 'work-warnings'}, ...loud)] : []),
    tiles(numbers),
    ...(sources ? [section('sources', 'Where it comes from', sources)] : []),
    controls(numbers, change), // in the same container as its sections, so that it stays visible
    section('what-ifs', 'What would change it', tableHolder, ...first),
    section(
      'charts',
      'Month by month',
      subject,
      ...rest,
      left.length
        ? h(
            'p',
            {class: 'note'},
            `Left to summary.csv, so that this page stays small: ${left.join(', ')}.`
          )
        : null
    ),
    section(
      'accuracy',
      'How far the models are from measurements',
      h(
        'p',
        {},
        'The performance models were fitted to these cases; intervals and grades of predictions ' +
          '(How the chips work) come from cases left out of the fit. ' +
          'The fleet ' +
          'forecast above has no measurement to be checked against: its band says what the inputs ' +
          'leave open, not what the model leaves out.'
      ),
      accuracyTable(page.accuracy)
    ),
    ...(page.works.length ? [section('works', 'How the chips work', workTable(page.works))] : []),
    section('inputs', 'What went in', inputTables(page)),
    section(
      'notes',
      'Notes',
      h(
        'ul',
        {class: 'notes'},
        ...page.warnings.map((warning) =>
          h(
            'li',
            {},
            h('strong', {}, 'Warning: '),
            warning.problem,
            h('span', {class: 'note'}, ` ${warning.where}`)
          )
        ),
        ...page.remarks.map((remark) => h('li', {}, remark))
      )
    )
  ];
  if (page.warnings.length + page.remarks.length === 0) elements.pop();
  if (page.accuracy.length === 0)
    elements.splice(
      elements.findIndex((e) => e.id === 'accuracy'),
      1
    );
  return {elements, figures};
}

function chartsPage(page: Page): {elements: HTMLElement[]; figures: Figure[]} {
  const figures = page.charts.map(
    (chart) => new Figure(chart, page.theme as Json, null, h('h2', {}, chart.title))
  );
  return {
    figures,
    elements: [
      h('ul', {class: 'sentences'}, ...page.sentences.map((sentence) => h('li', {}, sentence))),
      ...figures.map((figure) => figure.element)
    ]
  };
}

export function showPage(page: Page): void {
  const {elements, figures} = page.kind === 'run' ? runPage(page as RunPage) : chartsPage(page);
  const end = h(
    'footer',
    {},
    page.manifest.length
      ? h(
          'section',
          {id: 'manifest'},
          h('h2', {}, 'How it was made'),
          manifestList(page.manifest),
          h('p', {}, 'The same scenario, seed and version give the same digest on any machine.')
        )
      : null
  );
  document.getElementById('content')!.append(top(page), ...elements, end);
  watch(figures);
}
