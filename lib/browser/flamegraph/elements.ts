/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element ${id}`);
  return found;
}

/** Likewise, of this type. */
export function typedById<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = byId(id);
  if (!(found instanceof type)) throw new Error(`The page's ${id} is no ${type.name}`);
  return found;
}

/** A new element. Text becomes text and nothing else: names are hostile. */
export function element(
  name: string,
  content: string | readonly (Node | string)[],
  className = '',
): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (typeof content === 'string') made.textContent = content;
  else made.append(...content);
  return made;
}

const shownChoices = new WeakMap<HTMLSelectElement, string>();

/** Fills a list of choices. With one there is nothing to choose: it is hidden. */
export function fillChoices(
  select: HTMLSelectElement,
  choices: readonly (readonly [value: string, label: string])[],
): void {
  const made = JSON.stringify(choices);
  // An open list would close.
  if (shownChoices.get(select) === made) return;
  shownChoices.set(select, made);
  select.replaceChildren(
    ...choices.map(([value, label]) => {
      const option = document.createElement('option');
      option.value = value;
      option.textContent = label;
      return option;
    }),
  );
  if (select.parentElement !== null) select.parentElement.hidden = choices.length < 2;
}
