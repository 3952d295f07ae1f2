'use strict';

// A web service with two handlers, asked by another process again and again, with
// pauses in between.

const { spawn } = require('node:child_process');
const http = require('node:http');
const { SimpleLauncher } = require('ox-profile');
const { answer, now, options, PATIENCE_MILLIS } = require('./answer.js');
const { boundOfHits, MOST_BOUND } = require('./shares.js');

const { intervalMillis, clientCores } = options();

const haystack = Buffer.alloc(1 << 16);

function spin(rounds) {
  let found = 0;
  for (let i = 0; i < rounds; i++) found += haystack.indexOf(1);
  return found;
}

function roundsForMillis(millis) {
  spin(20_000);
  const start = now();
  spin(20_000);
  return Math.round((millis / (now() - start)) * 20_000);
}

const rounds = { slow: roundsForMillis(1.5), fast: roundsForMillis(0.5) };
const trueMillis = { slow: 0, fast: 0 };

function timed(name) {
  const start = now();
  spin(rounds[name]);
  trueMillis[name] += now() - start;
}

// Of different names, for the profile.
const handlers = {
  '/slow': function slow() {
    timed('slow');
  },
  '/fast': function fast() {
    timed('fast');
  },
};

const client = `
  const http = require('node:http');
  const agent = new http.Agent({ keepAlive: true });
  const port = Number(process.argv[1]);
  let i = 0;
  function ask() {
    const path = i++ % 2 === 0 ? '/slow' : '/fast';
    http.get({ port, path, agent }, (answer) => {
      answer.resume().on('end', () => setTimeout(ask, 3));
    }).on('error', () => process.exit());
  }
  ask();`;

const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const server = http.createServer((request, response) => {
  handlers[request.url]();
  response.end('done');
  finishIfEnough();
});

let began;
let lookAt = 0;

function finishIfEnough() {
  const at = now();
  if (at < lookAt) return;
  lookAt = at + 2000;
  if (began === undefined) {
    launcher.reset();
    began = { at: now(), ...trueMillis };
    return;
  }
  const spanMillis = now() - began.at;
  const { records, samples, durationMillis, idleMillis } = launcher.query({ maxRecords: Infinity, thread: 0 });
  const busy = (durationMillis - idleMillis) / durationMillis;
  const handled = Object.fromEntries(
    Object.keys(trueMillis).map((name) => {
      const truth = (trueMillis[name] - began[name]) / spanMillis;
      const { wallMillis = 0, hits = 0 } = records.find((record) => record.name === name) ?? {};
      const bound = samples === 0 ? 1 : boundOfHits(truth, busy, samples);
      return [name, { truth, found: wallMillis / durationMillis, hits, bound, samples }];
    }),
  );
  const isEnough = Object.values(handled).every(
    ({ truth, bound }) => bound <= Math.min(MOST_BOUND, truth / 3),
  );
  if (!isEnough && at - began.at < PATIENCE_MILLIS) return;
  answer({ handled, samples: launcher.stats().samples });
  launcher.cancel();
  process.exit();
}

server.listen(0, '127.0.0.1', () => {
  const node = [process.execPath, '-e', client, String(server.address().port)];
  const [command, ...args] = clientCores === undefined ? node : ['taskset', '-c', clientCores, ...node];
  const child = spawn(command, args, { stdio: 'ignore' });
  process.on('exit', () => child.kill());
});
