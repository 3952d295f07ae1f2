// Bundles what browsers show into dist/browser/: the page of a flame graph, which
// lib/export/html.ts reads, and the pages of a running program, which
// lib/web/shell.ts does. Of each, page, style and script.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';

import { root } from './node-versions.mjs';

const from = join(root, 'lib', 'browser');
const to = join(root, 'dist', 'browser');
mkdirSync(to, { recursive: true });

const options = {
  outdir: to,
  bundle: true,
  minify: true,
  // All of it is ASCII, whatever the page is served as.
  charset: 'ascii',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  logLevel: 'warning',
};
const pages = { flamegraph: 'flamegraph', page: 'page' };
const entries = (file) =>
  Object.fromEntries(Object.entries(pages).map(([name, folder]) => [name, join(from, folder, file)]));

await build({
  ...options,
  entryPoints: entries('main.ts'),
  format: 'iife',
  tsconfig: join(from, 'tsconfig.json'),
});
// Not as the scripts' own CSS: pages need both apart.
await build({ ...options, entryPoints: entries('style.css') });

const graph = readFileSync(join(from, 'flamegraph', 'graph.html'), 'utf8');
for (const [name, folder] of Object.entries(pages)) {
  const page = readFileSync(join(from, folder, 'page.html'), 'utf8');
  writeFileSync(join(to, `${name}.html`), page.replace('{{graph}}', () => graph));
}
