// Soaks the profiler: a service under bounded load for as long as wanted, and
// beside it, under the same load, the same service without a profiler.
//
//   npm run soak -- [--minutes 10] [--interval 5]
//
// Prints a line each ten seconds and a summary. Fails when the profiled service
// grows and the other does not, and when samples, drains or answers stop:
// soak/judge.mjs has the bounds. Talks to loopback only.

import { fork } from 'node:child_process';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { faultsOf, growthOf, median, MOST_GROWTH } from './judge.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    interval: { type: 'string', default: '5' },
  },
});
const seconds = Math.round(Number(values.minutes) * 60);
const intervalMillis = Number(values.interval);
if (!(seconds >= 10 && seconds <= 24 * 3600)) throw new RangeError('--minutes: from 0.2 to 1440');

const REQUESTS_A_SECOND = 25;
const BUSY_SECONDS = 14;
const IDLE_SECONDS = 6;
const SILENT_MILLIS = 30_000;
/** More are not begun; a slow machine then has fewer. */
const MOST_OPEN_REQUESTS = 50;

/** A service in a process of its own, and what it has reported. */
class Service {
  rows = [];
  requests = 0;
  failures = 0;
  #open = 0;
  stderr = '';
  heardAt = performance.now();

  constructor(options) {
    this.child = fork(join(import.meta.dirname, 'service.mjs'), [JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      execArgv: ['--expose-gc'],
    });
    this.child.stderr.on('data', (chunk) => (this.stderr += chunk));
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code, signal) => resolve({ code, signal })),
    );
    this.listening = new Promise((resolve) => this.child.once('message', resolve));
    this.child.on('message', (message) => {
      this.heardAt = performance.now();
      if (message.second !== undefined) this.rows.push(message);
    });
    this.agent = new Agent({ keepAlive: true, maxSockets: 4 });
  }

  async request() {
    const { port, paths } = await this.listening;
    if (this.#open >= MOST_OPEN_REQUESTS) return;
    this.#open++;
    const path = paths[this.requests++ % paths.length];
    const request = get({ host: '127.0.0.1', port, path, agent: this.agent }, (response) => {
      if (response.statusCode !== 200) this.failures++;
      response.resume();
    });
    request.on('error', () => this.failures++);
    request.on('close', () => this.#open--);
  }

  say(message) {
    if (this.child.connected) this.child.send(message);
  }

  /** Faults of the process itself. */
  async end() {
    const late = performance.now() + SILENT_MILLIS;
    while (this.#open > 0 && this.child.connected && performance.now() < late) await delay(50);
    this.say('end');
    const killed = setTimeout(() => this.child.kill('SIGKILL'), SILENT_MILLIS);
    const { code, signal } = await this.ended;
    clearTimeout(killed);
    this.agent.destroy();
    const faults = [];
    if (code !== 0) faults.push(`it ended with ${signal ?? code}`);
    if (this.stderr !== '') faults.push(`it said: ${this.stderr}`);
    if (this.failures > 0) faults.push(`${this.failures} requests failed`);
    return faults;
  }
}

const rounded = (value, digits = 1) => value.toFixed(digits);

function line({ second, busy, rss, heap, started, kept, stats }, plain) {
  const { table, drains, samples, parks, stalls, overhead, interval } = stats;
  return [
    `${String(second).padStart(5)} s ${busy ? 'busy' : 'idle'}`,
    `rss ${rounded(rss)} MB (without: ${rounded(plain.rss)})`,
    `heap ${rounded(heap)} MB`,
    `nodes ${table.nodes}`,
    `drains ${drains.count} (mean ${rounded(drains.meanMillis, 2)} ms, worst ${rounded(drains.worstMillis)})`,
    `samples ${samples.taken}`,
    `parks ${parks.count}`,
    `stalls ${stalls.count}`,
    `workers ${started}`,
    `threads kept ${kept}`,
    `overhead ${rounded(overhead.meanShare * 100, 2)} %`,
    `interval ${rounded(interval.currentMillis)} ms`,
  ].join(', ');
}

function summary(profiled, plain) {
  const [last, other] = [profiled.rows.at(-1), plain.rows.at(-1)];
  if (!last || !other) return 'nothing was measured';
  const { stats } = last;
  const minutes = last.second / 60;
  const rows = {
    'Requests': [profiled.requests, plain.requests],
    'Workers started': [last.started, other.started],
    'RSS, median of the second half, MB': [profiled, plain].map(({ rows }) =>
      rounded(median(rows.slice(rows.length >> 1).map(({ rss }) => rss))),
    ),
    'RSS, slope of the second half, MB a minute': [profiled, plain].map(({ rows }) =>
      rounded(growthOf(rows), 2),
    ),
    'CPU time, ms a second': [last, other].map(({ cpuMillis, second }) =>
      rounded(cpuMillis / second),
    ),
    'Overhead, % of a core': [rounded(stats.overhead.meanShare * 100, 2), ''],
    'Of it: drains, signals, wakes, repairs, joins, own thread, threads of V8, ms a second': [
      Object.values(stats.overhead.millis)
        .map((millis) => rounded(millis / last.second, 2))
        .join(', '),
      '',
    ],
    'Interval asked for, and used at last, ms': [
      `${stats.interval.askedMillis}, ${rounded(stats.interval.currentMillis)}`,
      '',
    ],
    'Samples': [stats.samples.taken, ''],
    'Samples dropped, lost': [`${stats.samples.dropped}, ${stats.samples.lost}`, ''],
    'Drains': [stats.drains.count, ''],
    'Drains, mean and worst, ms': [
      `${rounded(stats.drains.meanMillis, 2)}, ${rounded(stats.drains.worstMillis)}`,
      '',
    ],
    'Parks; wakes, mean and worst, ms': [
      `${stats.parks.count}; ${rounded(stats.parks.wakes.meanMillis, 2)}, ${rounded(stats.parks.wakes.worstMillis)}`,
      '',
    ],
    'Stalls': [stats.stalls.count, ''],
    'Table: nodes, frames': [`${stats.table.nodes}, ${stats.table.frames}`, ''],
    'Threads joined, kept at last': [`${stats.threads.joined}, ${last.kept}`, ''],
  };
  return [
    `\n${rounded(minutes)} minutes, interval ${intervalMillis} ms\n`,
    '| | Profiled | Without |',
    '| --- | ---: | ---: |',
    ...Object.entries(rows).map(([what, cells]) => `| ${what} | ${cells.join(' | ')} |`),
  ].join('\n');
}

const profiled = new Service({ profiled: true, intervalMillis });
const plain = new Service({ profiled: false });
const services = [profiled, plain];
const faults = [];
const wrong = () =>
  services.find(
    ({ child, heardAt }) =>
      child.exitCode !== null ||
      child.signalCode !== null ||
      performance.now() - heardAt > SILENT_MILLIS,
  );

const listening = Promise.all(services.map(({ listening }) => listening));
await Promise.race([listening, ...services.map(({ ended }) => ended), delay(SILENT_MILLIS)]);
const began = performance.now();
for (let ticks = 0; ; ticks++) {
  const second = (performance.now() - began) / 1000;
  if (second >= seconds || wrong()) break;
  const busy = second % (BUSY_SECONDS + IDLE_SECONDS) < BUSY_SECONDS;
  for (const service of services) {
    if (ticks % REQUESTS_A_SECOND === 0) service.say(busy ? 'busy' : 'idle');
    if (busy) void service.request();
  }
  const [last, other] = services.map(({ rows }) => rows.at(-1));
  if (last && other && last.second % 10 === 0 && !last.printed) {
    last.printed = true;
    console.log(line(last, other));
  }
  await delay(1000 / REQUESTS_A_SECOND);
}
if (wrong()) faults.push(`${wrong() === plain ? 'the one without: ' : ''}it ended or fell silent`);

for (const service of services) {
  const own = await service.end();
  faults.push(...own.map((fault) => (service === plain ? `the one without: ${fault}` : fault)));
}
faults.push(...faultsOf(profiled.rows, plain.rows));
console.log(summary(profiled, plain));
console.log(
  `\nIt may grow by ${MOST_GROWTH.megabytes} MB and ${MOST_GROWTH.megabytesAMinute} MB a minute ` +
    'more than without.',
);
for (const fault of faults) console.error(`FAILED: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
if (faults.length === 0) console.log('Passed');
