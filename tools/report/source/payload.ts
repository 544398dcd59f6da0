// SPDX-License-Identifier: Apache-2.0

// Data embedded in the page by the program: axes, texts, charts, and packed numbers.

export interface Named {
  name: string;
  title: string;
  label: string; // short, sanitised, unique: for charts
}
export interface Metric {
  name: string;
  unit: string;
  title: string;
  better: 'higher' | 'lower' | 'neither';
  source?: string;
  as_of?: string;
}
export interface Input {
  path: string;
  variable: string;
  role: 'lever' | 'assumption';
  text: string;
  unit: string;
  distribution: string;
  is_constant: boolean;
  is_default: boolean;
  share?: string; // for Dirichlet shares: mean and standard deviation
  rank_correlation: number | null; // with the headline; null if it does not vary or cannot influence it
  confidence: 'published' | 'derived' | 'calibrated' | 'assumed';
  source: string;
  as_of: string;
  note: string;
  where: string;
}
export interface Accuracy {
  what: string;
  cases: number;
  predicted_percent: number;
  mean_absolute_error_percent: number;
  median_absolute_error_percent: number;
  bias_percent: number;
  left_out_error_percent?: number | null; // of cases whose group was left out of the fit
  left_out_bias_percent?: number | null;
}
// Work of the chips of one kind for a workload.
export interface Work {
  workload: string;
  chip: string;
  possible: boolean;
  reason: string;
  formats: string;
  arithmetic: string;
  widened: string; // reason for another format than requested
  not_modelled: string; // parts of the work that the model neglects
  layout: string;
  memory: string;
  chips_per_copy: number | null;
  sequences_per_copy: number | null;
  time_per_token_s: number | null;
  // Absent in results of version 0.1.0.
  software?: string;
  job_chips?: number | null; // job size that binds and time_shares belong to
  binds?: string;
  time_shares?: Record<string, number>; // fractions of the time, by part
  assumed?: string[]; // chosen by the performance model
  evidence?: string; // `what` of the row of accuracy; empty: a roofline without measurements
  low?: number | null; // 90 % interval of measured over predicted throughput
  high?: number | null;
  grade?: string; // A to D; empty: a roofline without measurements
  resembles?: string; // the grade in words, with the nearest measured cases
}
// An inner Vega-Lite specification, with its data unless `rows` names their builder.
export interface ChartData {
  name: string;
  title: string;
  text: string;
  footer: string[];
  rows: string;
  value_title: string;
  body: Record<string, unknown>;
}
export interface Page {
  kind: 'run' | 'charts';
  title: string;
  name: string;
  question: string;
  description: string;
  sentences: string[];
  charts: ChartData[];
  theme: Record<string, unknown>;
  manifest: [string, string][];
}
// Contribution of a stock or a tranche to the headline.
export interface SourceRow {
  title: string;
  chip: string;
  mean: number | null;
  p05: number | null;
  p50: number | null;
  p95: number | null;
}
export interface RunPage extends Page {
  kind: 'run';
  headline: {
    metric: number;
    month: number;
    firm: number;
    mc_error_p50: number;
    // Contribution of the tranches, in the metric's unit; null if it cannot be separated.
    added: {mean: number; p05: number; p50: number; p95: number} | null;
    assumed_constants: string[];
    model_assumptions: string[];
  };
  sources: SourceRow[]; // of the headline, base case; empty if it is not additive
  months: string[];
  variants: (Named & {changed: string[]})[];
  firms: Named[];
  constraints: Named[];
  metrics: Metric[];
  packed_metrics: number[];
  values: string;
  differences: string;
  binding: string;
  exceedance: string;
  exceedance_probability: number[];
  inputs: Input[];
  accuracy: Accuracy[];
  works: Work[];
  work_warnings: string[]; // shown with the headline
  warnings: {where: string; problem: string; help: string[]}[];
  remarks: string[];
}

// Numbers packed as the upper 24 bits of a float, four letters of base64 each: 16
// significant bits, 1.5e-5 of the value.
export function unpack(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const out = new Float32Array(bytes.length / 3);
  const view = new DataView(new ArrayBuffer(4));
  for (let i = 0; i < out.length; i++) {
    view.setUint8(0, bytes[3 * i]!);
    view.setUint8(1, bytes[3 * i + 1]!);
    view.setUint8(2, bytes[3 * i + 2]!);
    out[i] = view.getFloat32(0);
  }
  return out;
}

const valueColumns = ['p05', 'p25', 'p50', 'p75', 'p95'] as const;
const differenceColumns = [...valueColumns, 'mean', 'better', 'worse'] as const;
export type ValueColumn = (typeof valueColumns)[number];
export type DifferenceColumn = (typeof differenceColumns)[number];

// Numbers of a run by name.
export class RunNumbers {
  private readonly values: Float32Array;
  private readonly differences: Float32Array;
  private readonly bindings: Float32Array;
  private readonly exceedances: Float32Array;
  private readonly place = new Map<number, number>();

  constructor(readonly page: RunPage) {
    this.values = unpack(page.values);
    this.differences = unpack(page.differences);
    this.bindings = unpack(page.binding);
    this.exceedances = unpack(page.exceedance);
    page.packed_metrics.forEach((metric, i) => this.place.set(metric, i));
  }

  hasMetric(metric: number): boolean {
    return this.place.has(metric);
  }

  value(metric: number, variant: number, firm: number, column: ValueColumn, month: number): number {
    const {variants, firms, months} = this.page;
    const series = (this.place.get(metric)! * variants.length + variant) * firms.length + firm;
    return this.values[
      (series * valueColumns.length + valueColumns.indexOf(column)) * months.length + month
    ]!;
  }

  // Difference to the base case; variant from 1.
  difference(
    metric: number,
    variant: number,
    firm: number,
    column: DifferenceColumn,
    month: number
  ): number {
    const {variants, firms, months} = this.page;
    const series =
      (this.place.get(metric)! * (variants.length - 1) + variant - 1) * firms.length + firm;
    return this.differences[
      (series * differenceColumns.length + differenceColumns.indexOf(column)) * months.length +
        month
    ]!;
  }

  binding(variant: number, firm: number, constraint: number, month: number): number {
    const {firms, constraints, months} = this.page;
    return this.bindings[
      ((variant * firms.length + firm) * constraints.length + constraint) * months.length + month
    ]!;
  }

  exceeded(variant: number, firm: number, point: number): number {
    const {firms, exceedance_probability} = this.page;
    return this.exceedances[
      (variant * firms.length + firm) * exceedance_probability.length + point
    ]!;
  }
}
