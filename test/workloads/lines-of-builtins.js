'use strict';

// One function that spends its time in builtins, which its lines call.

const { readFileSync } = require('node:fs');
const { SimpleLauncher } = require('ox-profile');
const { answer, cpuMillis, now, PATIENCE_MILLIS } = require('./answer.js');
const { boundOfHits, MOST_BOUND } = require('./shares.js');

const shapes = Array.from({ length: 64 }, (_, i) => ({ [`only${i}`]: i, common: i }));
const things = Array.from({ length: 1024 }, (_, i) => shapes[(i * 37) % shapes.length]);
const keys = Array.from({ length: 1024 }, (_, i) => `key ${(i * 7919) % 1024}`);
const byKey = new Map(keys.map((key, i) => [key, i]));

const trueMillis = { strings: 0, shapes: 0, map: 0 };
const kept = { last: undefined };

function threeParts() {
  const began = cpuMillis();
  let text = '';
  for (let i = 0; i < 60_000; i++) {
    text = (i & 1023) === 0 ? '' : text + keys[i & 1023]; // strings
  }
  const withText = cpuMillis();
  let sum = 0;
  for (let i = 0; i < 30_000; i++) {
    sum += things[i & 1023].common; // shapes
  }
  const withShapes = cpuMillis();
  for (let i = 0; i < 60_000; i++) {
    sum += byKey.get(keys[i & 1023]); // map
  }
  const ended = cpuMillis();
  trueMillis.strings += withText - began;
  trueMillis.shapes += withShapes - withText;
  trueMillis.map += ended - withShapes;
  kept.last = sum + text.length;
}

/** The lines of the loop whose body has that comment, from the loop's head to its end. */
const source = readFileSync(process.argv[1], 'utf8').split('\n');
const partOfLine = new Map(
  Object.keys(trueMillis).flatMap((part) => {
    const body = source.findIndex((line) => line.endsWith(`; // ${part}`)) + 1;
    return [body - 1, body, body + 1].map((line) => [line, part]);
  }),
);

const sumOf = (values) => Object.values(values).reduce((sum, value) => sum + value, 0);

function judge(launcher) {
  const profile = launcher.profile();
  const { records } = launcher.query({ maxRecords: Infinity });
  const place = records.find(({ name }) => name === 'threeParts');
  const hits = { strings: 0, shapes: 0, map: 0 };
  for (const line of place === undefined ? [] : profile.lines(place)) {
    const part = partOfLine.get(line.line);
    if (part !== undefined) hits[part] += line.hits;
  }
  const samples = sumOf(hits);
  return Object.fromEntries(
    Object.keys(hits).map((part) => {
      const truth = trueMillis[part] / sumOf(trueMillis);
      const bound = samples === 0 ? 1 : boundOfHits(truth, 1, samples);
      return [part, { truth, found: hits[part] / samples, bound, samples }];
    }),
  );
}

const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
const deadline = now() + PATIENCE_MILLIS;
let parts;
do {
  const end = now() + 500;
  while (now() < end) threeParts();
  parts = judge(launcher);
} while (Object.values(parts).some(({ bound }) => bound > MOST_BOUND) && now() < deadline);
answer(parts);
launcher.cancel();
