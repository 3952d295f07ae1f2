// Compiles the programs of this folder against the packed package, in a project
// outside the checkout, where only the package's "exports" lead to its types. Needs
// `npm run build:ts`, as npm run test:types does.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { npmCli, root } from '../../scripts/node-versions.mjs';

const here = import.meta.dirname;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

function run(cwd, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

const dir = mkdtempSync(join(tmpdir(), 'ox-profile-types-'));
try {
  const packed = run(root, npmCli(), 'pack', '--ignore-scripts', '--json', '--pack-destination', dir);
  const [{ filename }] = Object.values(JSON.parse(packed));

  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(dir, 'package.json'), '{ "private": true }\n');
  const types = ['@types/node', '@types/express', '@types/express4', 'fastify', '@types/koa'];
  run(
    dir,
    ...[npmCli(), 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
    ...[`./${filename}`, ...types.map((name) => `${name}@${devDependencies[name]}`)],
  );

  const programs = readdirSync(here).filter((name) => /\.[cm]ts$/.test(name));
  for (const name of ['tsconfig.json', ...programs]) copyFileSync(join(here, name), join(dir, name));
  run(dir, tsc, '-p', '.');
  console.log(`Compiled against the packed package: ${programs.join(', ')}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
