// SPDX-License-Identifier: Apache-2.0

// Figures: a chart that is drawn when it becomes visible, its text, its data as a table.
import embed, {type Result, type VisualizationSpec} from 'vega-embed';
import * as vegaLite from 'vega-lite';
import {h, table} from './dom';
import {svgOf} from './images';
import {fitted} from './layout';
import {humanNumber} from './numbers';
import type {ChartData} from './payload';
import type {ChartRows, Row} from './rows';
import type {Json, Scheme} from './theme';

// Evaluated lazily: Node, where the same bundle draws pictures, has no window.
const printing = () => window.matchMedia('print');
const darkScreen = () => window.matchMedia('(prefers-color-scheme: dark)');

function download(name: string, type: string, text: string): void {
  const link = h('a', {href: URL.createObjectURL(new Blob([text], {type})), download: name});
  link.click();
  URL.revokeObjectURL(link.href);
}

function csvOf(rows: Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const field = (value: unknown) => {
    const text = value === null || value === undefined ? '' : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return (
    [columns, ...rows.map((row) => columns.map((column) => row[column]))]
      .map((line) => line.map(field).join(','))
      .join('\n') + '\n'
  );
}

export class Figure {
  readonly element: HTMLElement;
  private readonly canvas = h('div', {class: 'chart'});
  private readonly details: HTMLDetailsElement;
  private filled: ChartRows | null = null;
  private drawn = ''; // width and scheme of the drawing; empty: not drawn, or outdated
  private visible = false;
  private result: Result | null = null;
  private turn = Promise.resolve();

  constructor(
    private readonly chart: ChartData,
    private readonly theme: Json,
    private readonly rows: (() => ChartRows) | null,
    heading: HTMLElement | null = null
  ) {
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', `${chart.title}. ${chart.text}`);
    const button = (text: string, action: () => void) =>
      h('button', {type: 'button', click: action}, text);
    const tools = h(
      'div',
      {class: 'tools'},
      button('Data as CSV', () => download(`${chart.name}.csv`, 'text/csv', csvOf(this.data()))),
      button('Picture (SVG)', () => void this.saveSvg()),
      button('Vega-Lite', () =>
        download(
          `${chart.name}.vl.json`,
          'application/json',
          JSON.stringify(this.specification(640, 'light'), null, 1)
        )
      )
    );
    const data = h('div');
    this.details = h(
      'details',
      {toggle: () => this.fillTable(data)},
      h('summary', {}, 'Data and downloads'),
      tools,
      data
    );
    this.element = h(
      'figure',
      {id: `chart-${chart.name}`},
      heading,
      this.canvas,
      h(
        'figcaption',
        {},
        chart.text,
        ...chart.footer
          .filter((line) => line.startsWith('Yardstick'))
          .map((line) => h('span', {class: 'note'}, ` ${line}`))
      ),
      this.details
    );
    this.reset();
  }

  // Its data have changed.
  reset(): void {
    this.filled = this.rows ? this.rows() : null;
    this.drawn = '';
    if (this.details.open) this.fillTable(this.details.lastElementChild as HTMLElement);
    if (this.visible) void this.draw();
  }

  enterView(): void {
    this.visible = true;
    void this.draw();
  }

  leaveView(): void {
    this.visible = false;
  }

  // Draws if needed; one drawing at a time.
  draw(): Promise<void> {
    this.turn = this.turn
      .then(() => this.drawNow())
      .catch((problem: unknown) => {
        this.canvas.textContent = `this chart could not be drawn: ${String(problem)}`;
        console.error(problem);
      });
    return this.turn;
  }

  private async drawNow(): Promise<void> {
    const scheme: Scheme = darkScreen().matches && !printing().matches ? 'dark' : 'light';
    const width = Math.floor(this.canvas.clientWidth);
    const wanted = `${width} ${scheme}`;
    if (width === 0 || wanted === this.drawn) return;
    this.drawn = wanted;
    const empty = this.filled !== null && this.filled.rows.length === 0;
    this.result?.finalize();
    this.result = null;
    if (empty) {
      this.canvas.textContent = 'Nothing to show for this choice.';
      return;
    }
    this.result = await embed(this.canvas, this.specification(width, scheme) as VisualizationSpec, {
      mode: 'vega-lite',
      actions: false,
      renderer: 'svg',
      ast: true,
      hover: false,
      tooltip: {theme: scheme === 'dark' ? 'dark' : 'light'}
    });
  }

  private specification(width: number, scheme: Scheme): Record<string, unknown> {
    return fitted(this.chart, this.filled, this.theme, {width, scheme});
  }

  private async saveSvg(): Promise<void> {
    const specification = this.specification(720, 'light') as unknown as vegaLite.TopLevelSpec;
    download(
      `${this.chart.name}.svg`,
      'image/svg+xml',
      await svgOf({
        ...specification,
        background: 'white',
        title: this.chart.title
      } as vegaLite.TopLevelSpec)
    );
  }

  private data(): Row[] {
    if (this.filled) return this.filled.rows;
    const body = this.chart.body as {data?: {values?: Row[]}};
    return body.data?.values ?? [];
  }

  private fillTable(into: HTMLElement): void {
    if (!this.details.open) return;
    const rows = this.data();
    const most = 1500; // upper limit of rows in the page
    const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== 'text');
    into.replaceChildren(
      table(
        this.chart.title,
        columns.map((column) => ({
          title: column.replace(/_/g, ' '),
          numeric: typeof rows[0]?.[column] === 'number',
          cell: (row: Row) => {
            const value = row[column];
            return typeof value === 'number' ? humanNumber(value) : String(value ?? '–');
          }
        })),
        rows.slice(0, most)
      )
    );
    if (rows.length > most)
      into.append(h('p', {}, `The first ${most} of ${rows.length} rows; all are in the CSV.`));
  }
}

// Draws figures as they approach the screen, and all of them for print and when idle.
export function watch(figures: Figure[]): void {
  const byElement = new Map(figures.map((figure) => [figure.element as Element, figure]));
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const figure = byElement.get(entry.target);
        if (entry.isIntersecting) figure?.enterView();
        else figure?.leaveView();
      }
    },
    {rootMargin: '300px'}
  );
  for (const figure of figures) observer.observe(figure.element);
  const drawAll = () => figures.forEach((figure) => void figure.draw());
  let pending = 0;
  const drawVisible = () => {
    window.clearTimeout(pending);
    pending = window.setTimeout(() => {
      for (const figure of figures) {
        const box = figure.element.getBoundingClientRect();
        if (box.bottom > -300 && box.top < window.innerHeight + 300) void figure.draw();
      }
    }, 120);
  };
  window.addEventListener('resize', drawVisible);
  darkScreen().addEventListener('change', drawVisible);
  printing().addEventListener('change', drawAll);
  window.addEventListener('beforeprint', drawAll);
}
