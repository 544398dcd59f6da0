// SPDX-License-Identifier: Apache-2.0

// Numbers, units and months in the format of the program (sim/text/human_number.cpp).

export interface DisplayUnit {
  one: number; // size in the metric's own unit
  name: string; // empty for a plain number
}

const magnitudes: [number, string, string][] = [
  [1e18, 'E', ''],
  [1e15, 'P', ''],
  [1e12, 'T', 'trillion'],
  [1e9, 'G', 'billion'],
  [1e6, 'M', 'million'],
  [1e3, 'k', 'thousand']
];
const takesPrefix = new Set(['FLOP/s', 'B', 'B/s', 'OP/s']);

// Display unit of values up to `largest`: "EFLOP/s" for 1.2e20 FLOP/s.
export function displayUnit(unit: string, largest: number): DisplayUnit {
  if (!Number.isFinite(largest)) return {one: 1, name: unit};
  const size = Math.abs(largest) * (1000 / 999.5); // rounding margin, so that 999.6 k is shown as 1 M
  const found = (most: number) => magnitudes.find(([value]) => value <= most && size >= value);
  if (unit === 'USD') {
    const m = found(1e12);
    return !m || m[0] < 1e6 ? {one: 1, name: unit} : {one: m[0], name: `${m[2]} USD`};
  }
  // A count of FLOP is written as in the literature, 3.1e27; prefixes beyond exa are little known.
  if (unit === 'FLOP') return {one: 1, name: unit};
  if (takesPrefix.has(unit)) {
    const m = found(1e18);
    return m ? {one: m[0], name: m[1] + unit} : {one: 1, name: unit};
  }
  if (unit.length > 2 && unit.endsWith('/s')) {
    const m = found(1e15);
    return m ? {one: m[0], name: `${m[1]} ${unit}`} : {one: 1, name: unit};
  }
  if (unit === 'MW' && size >= 1e3) return {one: 1e3, name: 'GW'};
  if (unit === 'MWh' && size >= 1e6) return {one: 1e6, name: 'TWh'};
  if (unit === 'MWh' && size >= 1e3) return {one: 1e3, name: 'GWh'};
  if (unit === 'fraction' || unit === '1') return {one: 1, name: ''};
  return {one: 1, name: unit};
}

// Three significant digits, or an integer with separators.
export function humanNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'unknown' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const minus = value < 0 ? '−' : '';
  if (size === 0) return '0';
  if (size < 1e-4 || size >= 1e15) return minus + size.toExponential(2).replace('e+', 'e');
  if (size >= 999.5) return minus + Math.round(size).toLocaleString('en-US');
  const whole = Math.abs(value - Math.round(value)) <= 2e-5 * size; // values have 16 bits
  const before = Math.floor(Math.log10(size)) + 1;
  return minus + size.toFixed(whole ? 0 : Math.min(7, Math.max(0, 3 - before)));
}

export function signedNumber(value: number): string {
  const text = humanNumber(value);
  return value > 0 && text !== '0' ? `+${text}` : text;
}

export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  if (share > 0 && share < 0.01) return '< 1 %';
  if (share < 1 && share > 0.99) return '> 99 %';
  return `${(100 * share).toFixed(0)} %`;
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December'
];

// "December 2027" of "2027-12".
export function monthName(month: string): string {
  const [year, number] = month.split('-');
  const name = monthNames[Number(number) - 1];
  return name ? `${name} ${year}` : month;
}

// Four significant digits: more than a picture resolves; null for NaN.
export function chartNumber(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
}
