'use strict';

// A function for each kind of builtin, each at work for as long as the others. Many
// builtins have no frame of their own on their fast path, and V8's sampler then skips
// the function that called them.

const { SimpleLauncher } = require('ox-profile');
const { answer, measureShares, now, options } = require('./answer.js');

const MILLIS_A_CALL = 4;

/** Things of many shapes: a property of theirs is looked up in a table. */
const shapes = Array.from({ length: 64 }, (_, i) => ({ [`only${i}`]: i, common: i }));
const things = Array.from({ length: 1024 }, (_, i) => shapes[(i * 37) % shapes.length]);
const keys = Array.from({ length: 1024 }, (_, i) => `key ${(i * 7919) % 1024}`);
const byKey = new Map(keys.map((key, i) => [key, i]));
const known = new Set(keys);
const dictionary = Object.fromEntries(keys.map((key, i) => [key, i]));
const numbers = Array.from({ length: 1024 }, (_, i) => (i * 7919) % 1024);
const few = numbers.slice(0, 32);
const bytes = new Uint8Array(4096).fill(1);
const bigs = numbers.map((value) => BigInt(value) ** 8n);
const sentence = 'a few words, of which there are many more. '.repeat(8);

const kept = { last: undefined };

/* Each asks for the time seldom: that is a builtin as well, called from the loop. */
const work = {
  arithmetic: function arithmetic() {
    const end = now() + MILLIS_A_CALL;
    let sum = 0;
    do for (let i = 0; i < 20_000; i++) sum = (sum * 31 + i) | 0;
    while (now() < end);
    kept.last = sum;
  },
  joinStrings: function joinStrings() {
    const end = now() + MILLIS_A_CALL;
    do {
      let text = '';
      for (let i = 0; i < 1000; i++) text += keys[i];
      kept.last = text.length;
    } while (now() < end);
  },
  numberToText: function numberToText() {
    const end = now() + MILLIS_A_CALL;
    do {
      let length = 0;
      for (let i = 0; i < 1000; i++) length += String(numbers[i]).length;
      kept.last = length;
    } while (now() < end);
  },
  manyShapes: function manyShapes() {
    const end = now() + MILLIS_A_CALL;
    do {
      let sum = 0;
      for (let i = 0; i < 1000; i++) sum += things[i].common;
      kept.last = sum;
    } while (now() < end);
  },
  lookUp: function lookUp() {
    const end = now() + MILLIS_A_CALL;
    do {
      let sum = 0;
      for (let i = 0; i < 1000; i++) sum += dictionary[keys[i]];
      kept.last = sum;
    } while (now() < end);
  },
  askMap: function askMap() {
    const end = now() + MILLIS_A_CALL;
    do {
      let sum = 0;
      for (let i = 0; i < 1000; i++) sum += byKey.get(keys[i]);
      kept.last = sum;
    } while (now() < end);
  },
  askSet: function askSet() {
    const end = now() + MILLIS_A_CALL;
    do {
      let count = 0;
      for (let i = 0; i < 1000; i++) if (known.has(keys[i])) count++;
      kept.last = count;
    } while (now() < end);
  },
  searchArray: function searchArray() {
    const end = now() + MILLIS_A_CALL;
    do {
      let sum = 0;
      for (let i = 0; i < 50; i++) sum += numbers.indexOf(i * 20);
      kept.last = sum;
    } while (now() < end);
  },
  turnArray: function turnArray() {
    const end = now() + MILLIS_A_CALL;
    do {
      for (let i = 0; i < 500; i++) kept.last = few.reverse();
    } while (now() < end);
  },
  mapArray: function mapArray() {
    const end = now() + MILLIS_A_CALL;
    do {
      for (let i = 0; i < 200; i++) kept.last = few.map((value) => value + i);
    } while (now() < end);
  },
  matchText: function matchText() {
    const end = now() + MILLIS_A_CALL;
    do {
      let count = 0;
      for (let i = 0; i < 20; i++) if (/\b(m\w+), never/.test(sentence)) count++;
      kept.last = count;
    } while (now() < end);
  },
  bigNumbers: function bigNumbers() {
    const end = now() + MILLIS_A_CALL;
    do {
      let sum = 0n;
      for (let i = 0; i < 500; i++) sum += bigs[i];
      kept.last = sum;
    } while (now() < end);
  },
  fillBytes: function fillBytes() {
    const end = now() + MILLIS_A_CALL;
    do {
      for (let i = 0; i < 100; i++) bytes.fill(i);
    } while (now() < end);
  },
  iterate: function iterate() {
    const end = now() + MILLIS_A_CALL;
    do {
      let sum = 0;
      for (const [, value] of byKey) sum += value;
      kept.last = sum;
    } while (now() < end);
  },
  makePromises: function makePromises() {
    const end = now() + MILLIS_A_CALL;
    do {
      for (let i = 0; i < 200; i++) kept.last = Promise.resolve(i);
    } while (now() < end);
  },
  makeClosures: function makeClosures() {
    const end = now() + MILLIS_A_CALL;
    do {
      for (let i = 0; i < 500; i++) kept.last = () => i;
    } while (now() < end);
  },
  writeJson: function writeJson() {
    const end = now() + MILLIS_A_CALL;
    do kept.last = JSON.stringify(numbers);
    while (now() < end);
  },
  splitText: function splitText() {
    const end = now() + MILLIS_A_CALL;
    do {
      for (let i = 0; i < 20; i++) kept.last = sentence.split(' ');
    } while (now() < end);
  },
};

const { intervalMillis = 1 } = options();
const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const [shares] = measureShares([launcher], work, { batchMillis: 200, mostBound: 0.02 });
const { records } = launcher.query({ maxRecords: Infinity });
const hits = records.reduce((sum, record) => sum + record.selfHits, 0);
const ofCaller = records.find(({ name }) => name === 'time')?.selfHits ?? 0;
answer({ shares, ofCaller: ofCaller / hits, samples: launcher.stats().samples });
launcher.cancel();
