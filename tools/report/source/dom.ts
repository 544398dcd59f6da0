// SPDX-License-Identifier: Apache-2.0

// Creates elements from data. Text is always inserted as text, never parsed as HTML.

type Child = Node | string | null | undefined | false;
type Properties = Record<string, string | boolean | ((event: Event) => void)>;

// A very long text gets a scrollable box.
function bounded(child: Node | string): Node | string {
  if (typeof child !== 'string' || child.length < 1500) return child;
  const window = document.createElement('span');
  window.className = 'long';
  window.tabIndex = 0;
  window.textContent = child;
  return window;
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, value);
  }
  for (const child of children) if (child) element.append(bounded(child));
  return element;
}

export interface Column<Item> {
  title: string;
  cell: (item: Item) => Node | string;
  numeric?: boolean;
  className?: string;
}

// A table that scrolls sideways if it is wider than the screen.
export function table<Item>(
  caption: string,
  columns: Column<Item>[],
  items: Item[],
  rowClass: (item: Item) => string = () => ''
): HTMLElement {
  const head = h(
    'tr',
    {},
    ...columns.map((column) =>
      h('th', {scope: 'col', class: column.numeric ? 'number' : ''}, column.title)
    )
  );
  const body = h('tbody');
  for (const item of items)
    body.append(
      h(
        'tr',
        {class: rowClass(item)},
        ...columns.map((column, i) => {
          const classes = [column.numeric ? 'number' : '', column.className ?? ''].join(' ').trim();
          return i === 0
            ? h('th', {scope: 'row', class: classes}, column.cell(item))
            : h('td', {class: classes}, column.cell(item));
        })
      )
    );
  return h(
    'div',
    {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
    h('table', {}, h('caption', {}, caption), h('thead', {}, head), body)
  );
}

export function option(value: number, text: string, chosen: boolean): HTMLOptionElement {
  return h('option', {value: String(value), selected: chosen}, text);
}
