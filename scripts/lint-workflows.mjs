// npm run test:workflows: asks linters of GitHub's workflows about ours, and
// fails when they have anything to say.
//
// actionlint is a program in Go, which `go run` gets by its version; it asks
// shellcheck about what the steps run, where that is installed. zizmor looks for
// ways to abuse a workflow; without it (pip install zizmor) the rest is looked at.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { root } from './node-versions.mjs';

/** Fixed, so that nothing but our own changes brings something to say. */
const actionlint = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';
const zizmor = '1.32.0';

const workflows = join('.github', 'workflows');

/** Runs a program in the root; undefined where it is not installed. */
function run(command, args, stdio = 'inherit') {
  const child = spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio });
  if (child.error?.code === 'ENOENT') return undefined;
  if (child.error !== undefined) throw child.error;
  return child;
}

/** What an action does may change under its tag, and never under its hash. */
function unpinned() {
  const pinned = /uses:\s+[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
  return readdirSync(join(root, workflows)).flatMap((name) => {
    const lines = readFileSync(join(root, workflows, name), 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      /\buses:\s/.test(line) && !pinned.test(line.trimEnd())
        ? [`${join(workflows, name)}:${index + 1}: ${line.trim()}`]
        : [],
    );
  });
}

let ok = true;

/** Notes whether a linter had nothing to say. */
function note(name, passed) {
  console.log(`${name}: ${passed ? 'nothing to say' : 'FAILED'}`);
  if (!passed) ok = false;
}

const loose = unpinned();
for (const line of loose) console.log(`Expected a commit's hash and \`# v1.2.3\`: ${line}`);
note('hashes', loose.length === 0);

if (run('shellcheck', ['--version'], 'ignore') === undefined) {
  console.log('shellcheck is not installed: what the steps run is not looked at');
}
const linted = run('go', ['run', actionlint]);
if (linted === undefined) console.log('Expected Go, to run actionlint: https://go.dev/dl/');
note('actionlint', linted?.status === 0);

const version = run('zizmor', ['--version'], 'pipe')?.stdout.trim();
if (version === `zizmor ${zizmor}`) {
  const { status } = run('zizmor', ['--offline', '--no-progress', '--quiet', '.github']);
  note('zizmor', status === 0);
} else {
  console.log(`${version ?? 'zizmor'} is not run (pip install zizmor==${zizmor})`);
}

process.exitCode = ok ? 0 : 1;
