// Bundles what a page of a flame graph is made of into dist/browser/, where
// lib/export/html.ts reads it: page, style and script.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';

import { root } from './node-versions.mjs';

const from = join(root, 'lib', 'browser', 'flamegraph');
const to = join(root, 'dist', 'browser');
mkdirSync(to, { recursive: true });
await build({
  entryPoints: { flamegraph: join(from, 'main.ts') },
  outdir: to,
  bundle: true,
  minify: true,
  format: 'iife',
  // All of it is ASCII, whatever the page is served as.
  charset: 'ascii',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  tsconfig: join(root, 'lib', 'browser', 'tsconfig.json'),
  logLevel: 'warning',
});
// Not as the script's own CSS: the page needs both apart, to hash them.
await build({
  entryPoints: { flamegraph: join(from, 'style.css') },
  outdir: to,
  minify: true,
  charset: 'ascii',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  logLevel: 'warning',
});
copyFileSync(join(from, 'page.html'), join(to, 'flamegraph.html'));
