// SPDX-License-Identifier: Apache-2.0

// Selections in the page of a run.
import {h, option} from './dom';
import {monthName} from './numbers';
import type {RunNumbers} from './payload';
import {type Choice, metricName} from './rows';

export function firstChoice(numbers: RunNumbers): Choice {
  const {metric, firm, month} = numbers.page.headline;
  return {metric, firm, month, variant: 0, variants: numbers.page.variants.map((_, i) => i)};
}

function chooser(
  id: string,
  label: string,
  options: (Node | false)[],
  changed: (value: number) => void
): HTMLElement {
  const select = h(
    'select',
    {id, change: (event) => changed(Number((event.target as HTMLSelectElement).value))},
    ...options
  );
  return h('label', {class: 'chooser', for: id}, h('span', {}, label), select);
}

// A bar of choices; `changed` is called with each new choice.
export function controls(numbers: RunNumbers, changed: (choice: Choice) => void): HTMLElement {
  const {page} = numbers;
  let choice = firstChoice(numbers);
  const change = (part: Partial<Choice>) => {
    choice = {...choice, ...part};
    changed(choice);
  };
  const metrics = (wanted: (metric: number) => boolean) =>
    page.metrics.map(
      (metric, i) =>
        wanted(i) && numbers.hasMetric(i) && option(i, metricName(metric), i === choice.metric)
    );
  const group = (label: string, options: (Node | false)[]) =>
    options.some(Boolean) && h('optgroup', {label}, ...options);
  const yardstick = (i: number) => Boolean(page.metrics[i]!.source);

  const bar = h(
    'form',
    {
      class: 'controls',
      'aria-label': 'What the tables and charts show',
      submit: (event) => event.preventDefault()
    },
    chooser(
      'choose-metric',
      'Measure',
      [
        group(
          'Measures',
          metrics((i) => !yardstick(i))
        ),
        group('Yardsticks: in reference chips', metrics(yardstick))
      ],
      (metric) => change({metric})
    ),
    chooser(
      'choose-firm',
      'Firm',
      page.firms.map((firm, i) => option(i, firm.label, i === choice.firm)),
      (firm) => change({firm})
    ),
    chooser(
      'choose-month',
      'Month',
      page.months.map((month, i) => option(i, monthName(month), i === choice.month)),
      (month) => change({month})
    )
  );
  if (page.variants.length > 1) {
    bar.append(
      chooser(
        'choose-case',
        'Bands of',
        page.variants.map((variant, i) => option(i, variant.label, i === 0)),
        (variant) => change({variant})
      )
    );
    const boxes = page.variants.map((variant, i) =>
      h(
        'label',
        {class: 'box'},
        h('input', {
          type: 'checkbox',
          name: 'what-if',
          value: String(i),
          checked: true,
          disabled: i === 0,
          change: () => change({variants: checked()})
        }),
        ` ${variant.label}`
      )
    );
    const checked = () =>
      page.variants
        .map((_, i) => i)
        .filter((i) => (boxes[i]!.firstElementChild as HTMLInputElement).checked);
    bar.append(
      h(
        'details',
        {class: 'what-ifs'},
        h('summary', {}, 'What-ifs shown'),
        h('fieldset', {}, h('legend', {class: 'hidden'}, 'What-ifs shown'), ...boxes)
      )
    );
  }
  return bar;
}
