/** Something that is shown for one item, and stays the same for it. */
export interface Row<T> {
  /** What it is made of, in their order. */
  readonly nodes: readonly Element[];
  update(item: T): void;
}

/**
 * A list of rows for items that come anew and anew: each is found again by its key
 * and updated in place, so that what is focused, selected or open stays so.
 */
export class Rows<T> {
  readonly #parent: Element;
  readonly #keyOf: (item: T) => string;
  readonly #make: (item: T) => Row<T>;
  #rows = new Map<string, Row<T>>();

  constructor(parent: Element, keyOf: (item: T) => string, make: (item: T) => Row<T>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#make = make;
  }

  show(items: readonly T[]): void {
    const rows = new Map<string, Row<T>>();
    for (const item of items) {
      const key = this.#keyOf(item);
      if (rows.has(key)) continue;
      const row = this.#rows.get(key) ?? this.#make(item);
      row.update(item);
      rows.set(key, row);
    }
    for (const [key, { nodes }] of this.#rows) {
      if (!rows.has(key)) for (const node of nodes) remove(node);
    }
    this.#rows = rows;
    arrange(this.#parent, [...rows.values()].flatMap(({ nodes }) => nodes));
  }
}

/** Removes a node; what was focused in it goes on at the row that follows. */
function remove(node: Element): void {
  if (node.contains(document.activeElement)) {
    const next = node.nextElementSibling ?? node.previousElementSibling;
    const button = next?.querySelector<HTMLElement>('button, summary, a');
    (button ?? document.getElementById('content'))?.focus({ preventScroll: true });
  }
  node.remove();
}

/** Puts all children into an order. What has the focus would lose it by being
 * moved: the others are moved around it. */
export function arrange(parent: Element, nodes: readonly Element[]): void {
  const held = nodes.findIndex((node) => node.contains(document.activeElement));
  place(parent, nodes.slice(0, Math.max(0, held)), parent.firstElementChild, nodes[held]);
  place(parent, nodes.slice(held + 1), held < 0 ? parent.firstElementChild : (nodes[held] as Element).nextElementSibling);
}

function place(parent: Element, nodes: readonly Element[], first: Element | null, end?: Element): void {
  let at = first;
  for (const node of nodes) {
    if (at === node && at !== end) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
}

/** Sets a text only where it is another: selections and readers stay quiet. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setTitle(node: HTMLElement, text: string): void {
  if (node.title !== text) node.title = text;
}
