// Measures how memory grows in a program that makes new functions all the time:
// without the profiler, with a paused one, and with one that samples at 10 ms.
//
//   npm run bench:memory                     about eight minutes
//   npm run bench:memory -- --seconds 600    longer runs
//   npm run bench:memory -- --names same     functions that all have one name
//
// With the Node.js that runs it. Prints a table, and with --looks every look.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const program = fileURLToPath(new URL('programs/churn.js', import.meta.url));
const run = promisify(execFile);

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '150' },
    names: { type: 'string', default: 'fresh' },
    looks: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);

/** 5000 functions a second: what a turn of the loop makes, and how often it turns. */
const pace = { functionsPerTurn: 100, turnMillis: 20 };

async function measure(profiler) {
  const options = { profiler, names: values.names, seconds, everySeconds: seconds / 30, ...pace };
  const { stdout } = await run(process.execPath, ['--expose-gc', program, JSON.stringify(options)], {
    timeout: (seconds * 2 + 60) * 1000,
  });
  return JSON.parse(stdout).looks;
}

/** The slope of the line with the least squares: of `y` for each step of `x`. */
function slope(looks, x, y) {
  const mean = (key) => looks.reduce((sum, look) => sum + look[key], 0) / looks.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let above = 0;
  let below = 0;
  for (const look of looks) {
    above += (look[x] - meanX) * (look[y] - meanY);
    below += (look[x] - meanX) ** 2;
  }
  return above / below;
}

const header = ['Node', 'Profiler', 'Functions', 'RSS MB, first third … end', 'Heap MB, the same', 'RSS, bytes a function', 'Heap, bytes a function'];
const rows = [];
for (const profiler of ['none', 'paused', 'running']) {
  const looks = await measure(profiler);
  if (values.looks) for (const look of looks) console.error(profiler, JSON.stringify(look));
  // What a program needs to get going is not growth.
  const settled = looks.slice(Math.floor(looks.length / 3));
  const [first, last] = [settled[0], settled.at(-1)];
  const bytes = (key) => (slope(settled, 'made', key) * 2 ** 20).toFixed(1);
  rows.push([
    process.versions.node,
    profiler,
    String(last.made),
    `${first.rss.toFixed(1)} … ${last.rss.toFixed(1)}`,
    `${first.heap.toFixed(1)} … ${last.heap.toFixed(1)}`,
    bytes('rss'),
    bytes('heap'),
  ]);
}
for (const row of [header, header.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
