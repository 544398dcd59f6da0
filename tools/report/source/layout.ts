// SPDX-License-Identifier: Apache-2.0

// Adapts a specification to the page: data and labels of the selection, the available width, and
// the colours of the screen.
import type {ChartData} from './payload';
import type {ChartRows} from './rows';
import {inColours, type Json, mapStrings, type Scheme} from './theme';

type Spec = {[key: string]: Json};

export interface Frame {
  width: number; // available pixels
  scheme: Scheme;
}

function isObject(value: Json | undefined): value is Spec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Every nested object, outermost first.
function walk(value: Json, visit: (object: Spec) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isObject(value)) {
    visit(value);
    for (const item of Object.values(value)) walk(item, visit);
  }
}

// Scales keep the colour of each label when fewer are shown.
function keepLabels(spec: Spec, labels: string[]): void {
  walk(spec, (object) => {
    if (Array.isArray(object.sort))
      object.sort = object.sort.filter((label) => labels.includes(label as string));
    const {domain, range} = object;
    if (!Array.isArray(domain) || !Array.isArray(range)) return;
    const kept = domain
      .map((label, i) => [label, range[i]!] as const)
      .filter(([label]) => labels.includes(label as string));
    object.domain = kept.map(([label]) => label);
    object.range = kept.map(([, value]) => value);
  });
}

// Panels side by side as the width allows.
function fitPanels(spec: Spec, inner: Spec, width: number, panels: number): void {
  const axis = 58; // labels and title of y
  const most = panels > 8 ? 4 : Number(spec.columns ?? 2);
  const columns = Math.max(1, Math.min(most, Math.floor(width / 240)));
  spec.columns = columns;
  inner.width = Math.max(120, Math.floor(width / columns - axis));
  inner.height = columns === 1 ? 140 : 150;
}

// Bands along y: number of names, times the offsets in a band.
function bandCount(spec: Spec): number {
  let bands = 1;
  let offsets = 1;
  walk(spec, ({y, yOffset}) => {
    if (isObject(y) && Array.isArray(y.sort)) bands = Math.max(bands, y.sort.length);
    if (isObject(yOffset) && Array.isArray(yOffset.sort))
      offsets = Math.max(offsets, yOffset.sort.length * 1.25); // space between bands
  });
  return bands * offsets;
}

export function fitted(
  chart: ChartData,
  filled: ChartRows | null,
  theme: Json,
  frame: Frame
): Record<string, unknown> {
  let spec = structuredClone(chart.body) as Spec;
  const narrow = frame.width < 560;
  if (filled) {
    (spec.data as Spec).values = filled.rows as Json;
    if (chart.value_title && filled.valueTitle !== chart.value_title)
      spec = mapStrings(spec, (text) =>
        text === chart.value_title ? filled.valueTitle : text
      ) as Spec;
    keepLabels(spec, filled.labels);
  }
  const panels = spec.facet && isObject(spec.spec) ? spec.spec : null;
  if (panels) fitPanels(spec, panels, frame.width, filled?.labels.length ?? 0);
  else {
    spec.width = frame.width;
    if (isObject(spec.height)) spec.height = Number(spec.height.step) * bandCount(spec);
    spec.autosize = {type: 'fit-x', contains: 'padding'};
  }
  walk(spec, (object) => {
    if (isObject(object.legend))
      object.legend = {
        ...object.legend,
        labelLimit: narrow ? frame.width - 40 : 300,
        columns: Math.min(Number(object.legend.columns ?? 4), narrow ? 1 : 4)
      };
    if (object.type === 'temporal' && isObject(object.axis)) {
      object.axis.title = null;
      if (narrow || panels) object.axis.tickCount = 3;
    }
    if (isObject(object.axis) && object.axis.labelLimit)
      object.axis.labelLimit = narrow ? 110 : 260;
  });
  return inColours(
    {
      $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
      ...spec,
      padding: 2,
      config: {...(theme as Spec), background: 'transparent'}
    },
    frame.scheme
  ) as Record<string, unknown>;
}
