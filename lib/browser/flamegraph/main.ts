import type { FlameData } from '../../export/flame-data';
import { byId, element } from './elements';
import { amount } from './format';
import { FlamePanel } from './panel';

// The page of one profile, or of two: it has its data within itself.

type Theme = 'auto' | 'light' | 'dark';

const themes: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' };
const data = JSON.parse(byId('data').textContent) as FlameData;
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
let theme: Theme = 'auto';

function isDark(): boolean {
  return theme === 'auto' ? prefersDark.matches : theme === 'dark';
}

function showHead(): void {
  byId('facts').append(
    ...data.facts.map(({ of, facts }) =>
      element('dl', [
        ...(of === '' ? [] : [element('div', [element('dt', ''), element('dd', of)], 'of')]),
        ...facts.map(([label, text]) => element('div', [element('dt', label), element('dd', text)])),
      ]),
    ),
  );
  const notes = [...data.notes];
  if (data.thinNodes > 0) {
    const count = amount(data.thinNodes, 'samples');
    notes.push(`${count} stacks of less than 0.01 % each are not drawn one by one, but counted.`);
  }
  byId('notes').append(...notes.map((note) => element('li', note)));
}

function themeButton(panel: FlamePanel): HTMLButtonElement {
  const button = document.createElement('button');
  button.id = 'theme';
  button.type = 'button';
  button.textContent = 'Theme: auto';
  button.addEventListener('click', () => {
    theme = themes[theme];
    button.textContent = `Theme: ${theme}`;
    document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme;
    panel.restyle();
  });
  prefersDark.addEventListener('change', () => panel.restyle());
  return button;
}

showHead();
const panel = new FlamePanel(data, isDark);
byId('view-tools').append(themeButton(panel));
