// SPDX-License-Identifier: Apache-2.0

// Rows of the charts of a run for the selection in the page. For the initial selection they equal
// the rows that the program writes into charts/*.vl.json.
import {chartNumber, type DisplayUnit, displayUnit, humanNumber} from './numbers';
import type {Metric, RunNumbers, ValueColumn} from './payload';

export interface Choice {
  metric: number;
  firm: number;
  month: number;
  variant: number; // variant of the bands and constraints
  variants: number[]; // compared variants
}
export type Row = Record<string, string | number | null>;
export interface ChartRows {
  rows: Row[];
  valueTitle: string; // of the axis
  labels: string[]; // shown, in order
}

const columns: ValueColumn[] = ['p05', 'p25', 'p50', 'p75', 'p95'];

export function metricName(metric: Metric): string {
  return metric.source ? metric.name : metric.title;
}

export function valueTitle(metric: Metric, unit: DisplayUnit): string {
  return unit.name ? `${metricName(metric)}, ${unit.name}` : metricName(metric);
}

// Over every what-if, so that the selection does not change the unit.
export function unitOf(
  numbers: RunNumbers,
  metric: number,
  firm: number,
  months: number[]
): DisplayUnit {
  let largest = 0;
  let farthest = 0;
  for (let variant = 0; variant < numbers.page.variants.length; variant++)
    for (const month of months) {
      const at = (column: ValueColumn) =>
        Math.abs(numbers.value(metric, variant, firm, column, month)) || 0;
      largest = Math.max(largest, at('p50'));
      farthest = Math.max(farthest, at('p95'));
    }
  return displayUnit(numbers.page.metrics[metric]!.unit, largest === 0 ? farthest : largest);
}

type Builder = (numbers: RunNumbers, choice: Choice) => ChartRows;

function everyMonth(numbers: RunNumbers): number[] {
  return numbers.page.months.map((_, i) => i);
}

function band(
  numbers: RunNumbers,
  choice: Choice,
  variant: number,
  firm: number,
  month: number,
  unit: DisplayUnit
): Row {
  const row: Row = {};
  for (const column of columns)
    row[column] = chartNumber(
      numbers.value(choice.metric, variant, firm, column, month) / unit.one
    );
  return row;
}

const answer: Builder = (numbers, choice) => {
  const {page} = numbers;
  const unit = unitOf(numbers, choice.metric, choice.firm, [choice.month]);
  const rows = choice.variants.map((variant) => ({
    what_if: page.variants[variant]!.label,
    ...band(numbers, choice, variant, choice.firm, choice.month, unit),
    text: humanNumber(
      numbers.value(choice.metric, variant, choice.firm, 'p50', choice.month) / unit.one
    )
  }));
  return {
    rows,
    valueTitle: valueTitle(page.metrics[choice.metric]!, unit),
    labels: choice.variants.map((v) => page.variants[v]!.label)
  };
};

const whatIfs: Builder = (numbers, choice) => {
  const {page} = numbers;
  const unit = unitOf(numbers, choice.metric, choice.firm, everyMonth(numbers));
  const rows = choice.variants.flatMap((variant) =>
    page.months.map((month, m) => ({
      month,
      what_if: page.variants[variant]!.label,
      ...band(numbers, choice, variant, choice.firm, m, unit)
    }))
  );
  return {
    rows,
    valueTitle: valueTitle(page.metrics[choice.metric]!, unit),
    labels: choice.variants.map((v) => page.variants[v]!.label)
  };
};

const fan: Builder = (numbers, choice) => {
  const {page} = numbers;
  const unit = unitOf(numbers, choice.metric, choice.firm, everyMonth(numbers));
  // A single firm has no sum.
  const firms = page.firms.map((_, i) => i).slice(page.firms.length === 2 ? 1 : 0);
  const rows = firms.flatMap((firm) =>
    page.months.map((month, m) => ({
      month,
      firm: page.firms[firm]!.label,
      ...band(numbers, choice, choice.variant, firm, m, unit)
    }))
  );
  return {
    rows,
    valueTitle: unit.name || page.metrics[choice.metric]!.unit,
    labels: firms.map((f) => page.firms[f]!.label)
  };
};

const differences: Builder = (numbers, choice) => {
  const {page} = numbers;
  const unit = unitOf(numbers, choice.metric, choice.firm, everyMonth(numbers));
  const shown = choice.variants.filter((variant) => variant > 0);
  const rows = shown.flatMap((variant) =>
    page.months.map((month, m) => {
      const row: Row = {month, what_if: page.variants[variant]!.label};
      for (const column of [...columns, 'mean'] as const)
        row[column] = chartNumber(
          numbers.difference(choice.metric, variant, choice.firm, column, m) / unit.one
        );
      return row;
    })
  );
  return {
    rows,
    valueTitle: unit.name || page.metrics[choice.metric]!.unit,
    labels: shown.map((v) => page.variants[v]!.label)
  };
};

const binding: Builder = (numbers, choice) => {
  const {page} = numbers;
  const rows: Row[] = [];
  const labels: string[] = [];
  page.constraints.forEach((constraint, c) => {
    labels.push(constraint.label);
    const shares = page.months.map((_, m) => numbers.binding(choice.variant, choice.firm, c, m));
    if (shares.every((share) => share === 0)) return;
    page.months.forEach((month, m) =>
      rows.push({month, constraint: constraint.label, share: chartNumber(shares[m]!)})
    );
  });
  return {rows, valueTitle: '', labels};
};

const trainingFlop: Builder = (numbers, choice) => {
  const {page} = numbers;
  const metric = page.metrics.findIndex((m) => m.name === 'training_flop_cumulative');
  const at = (variant: number, column: ValueColumn, month: number) =>
    numbers.value(metric, variant, choice.firm, column, month);
  // Lower end of the logarithmic scale, where zero is drawn.
  let low = 3.8e25;
  let high = 1e27;
  page.variants.forEach((_, variant) =>
    page.months.forEach((__, month) => {
      const median = at(variant, 'p50', month);
      if (median > 0) low = Math.min(low, median);
      high = Math.max(high, at(variant, 'p95', month));
    })
  );
  low = 10 ** Math.floor(Math.log10(Math.max(low, high * 1e-6)));
  const rows = choice.variants.flatMap((variant) =>
    page.months.map((month, m) => {
      const row: Row = {month, what_if: page.variants[variant]!.label};
      for (const column of ['p05', 'p50', 'p95'] as const)
        row[column] = chartNumber(Math.max(at(variant, column, m), low));
      return row;
    })
  );
  return {
    rows,
    valueTitle: `${page.metrics[metric]!.title}, FLOP`,
    labels: choice.variants.map((v) => page.variants[v]!.label)
  };
};

const exceedance: Builder = (numbers, choice) => {
  const {page} = numbers;
  const {metric, month} = page.headline;
  const unit = unitOf(numbers, metric, choice.firm, [month]);
  const rows = choice.variants.flatMap((variant) =>
    page.exceedance_probability.map((probability, point) => ({
      what_if: page.variants[variant]!.label,
      value: chartNumber(numbers.exceeded(variant, choice.firm, point) / unit.one),
      probability
    }))
  );
  return {
    rows,
    valueTitle: valueTitle(page.metrics[metric]!, unit),
    labels: choice.variants.map((v) => page.variants[v]!.label)
  };
};

const builders: Record<string, Builder> = {
  answer,
  what_ifs: whatIfs,
  fan,
  differences,
  binding,
  training_flop: trainingFlop,
  exceedance
};

export function chartRows(kind: string, numbers: RunNumbers, choice: Choice): ChartRows {
  const builder = builders[kind];
  if (!builder) throw new Error(`no rows for charts of kind ${kind}`);
  return builder(numbers, choice);
}
