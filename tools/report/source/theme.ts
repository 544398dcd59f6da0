// SPDX-License-Identifier: Apache-2.0

// Charts in the colours of the page. Specifications have print colours; on a dark screen each is
// replaced by a readable one.

const dark: Record<string, string> = {
  '#222222': '#e8e9ec',
  '#666666': '#a4a9b3',
  '#dddddd': '#343a45',
  white: '#171a20',
  '#0072b2': '#4aa8e0',
  '#e69f00': '#f0b429',
  '#009e73': '#2fc498',
  '#d55e00': '#f2803a',
  '#cc79a7': '#e39ac4',
  '#56b4e9': '#8fd0f5',
  '#999933': '#c2c25a',
  '#882255': '#d0689b',
  '#44aa99': '#5fcab8',
  '#aa4499': '#d980ca',
  '#117733': '#4db36c',
  '#ddcc77': '#e6d88e',
  '#cc6677': '#e88b9a',
  '#6699cc': '#8ab6e6'
};

export type Json = null | boolean | number | string | Json[] | {[key: string]: Json};

// A copy with every string changed.
export function mapStrings(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)])
  );
}

export type Scheme = 'light' | 'dark';

export function inColours(value: Json, scheme: Scheme): Json {
  return scheme === 'light' ? value : mapStrings(value, (text) => dark[text] ?? text);
}
