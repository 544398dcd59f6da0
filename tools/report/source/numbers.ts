// SPDX-License-Identifier: Apache-2.0

// Numbers, units and months in the format of the program (sim/text/human_number.cpp), whose table of
// units is display_units.json.
import table from './display_units.json';

export interface DisplayUnit {
  one: number; // size in the metric's own unit
  name: string; // empty for a plain number
}

// Display unit of values up to `largest`: "EFLOP/s" for 1.2e20 FLOP/s.
export function displayUnit(unit: string, largest: number): DisplayUnit {
  const asItIs = {one: 1, name: unit};
  const row = table.units.find((row) =>
    row.unit.startsWith('/')
      ? unit.length > row.unit.length && unit.endsWith(row.unit)
      : unit === row.unit
  );
  if (!row || !Number.isFinite(largest)) return asItIs;
  if (row.base === '') return {one: 1, name: ''};
  const size = Math.abs(largest) * (1000 / 999.5); // rounding margin, so that 999.6 k is shown as 1 M
  const magnitude = table.magnitudes.find(
    ({value}) => value >= row.least && value <= row.most && size >= value / row.base_units
  );
  if (row.name === 'none' || !magnitude) return asItIs;
  // What stands before an ending: "tokens" of "tokens/s".
  const base = unit.slice(0, unit.length - row.unit.length) + row.base;
  const name = row.name === 'word' ? magnitude.word : magnitude.prefix;
  return {
    one: magnitude.value / row.base_units,
    name: row.name === 'prefix' ? name + base : `${name} ${base}`
  };
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
