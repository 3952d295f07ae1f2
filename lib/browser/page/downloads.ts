import { byId, element, typedById } from '../flamegraph/elements';
import { addressOf } from './server';
import type { Session } from './session';

const formats: readonly (readonly [name: string, label: string, reader: string])[] = [
  ['html', 'HTML', 'a flame graph in one file, for any browser'],
  ['cpuprofile', '.cpuprofile', 'Chrome DevTools, VS Code'],
  ['pprof', 'pprof', 'go tool pprof, Pyroscope'],
  ['speedscope', 'speedscope', 'speedscope.app'],
  ['collapsed', 'Folded stacks', 'flamegraph.pl'],
  ['markdown', 'Markdown', 'an issue, a chat'],
  ['text', 'Text', 'a terminal'],
  ['csv', 'CSV', 'a spreadsheet'],
  ['json', 'JSON', 'ox-profile itself'],
];

/** What is selected, as files. */
export class Downloads {
  readonly #session: Session;
  readonly #links = new Map<string, HTMLAnchorElement>();
  readonly #menu = typedById('downloads', HTMLDetailsElement);

  constructor(session: Session) {
    this.#session = session;
    byId('formats').append(
      ...formats.map(([name, label, reader]) => {
        const link = document.createElement('a');
        link.download = '';
        link.append(element('b', label), ' ', element('span', reader, 'soft'));
        link.addEventListener('click', () => (this.#menu.open = false));
        this.#links.set(name, link);
        return element('li', [link]);
      }),
    );
    this.show();
    document.addEventListener('click', ({ target }) => {
      if (!this.#menu.contains(target as Node)) this.#menu.open = false;
    });
    this.#menu.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.#menu.open) return;
      event.stopPropagation();
      this.#menu.open = false;
      this.#menu.querySelector('summary')?.focus();
    });
  }

  show(): void {
    for (const [format, link] of this.#links) {
      link.href = addressOf('profile', { format, ...this.#session.query() });
    }
  }
}
