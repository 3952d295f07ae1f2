'use strict';

// Thin functions that spend their time in builtins and native code.

const { createHash } = require('node:crypto');
const { deflateSync } = require('node:zlib');
const { SimpleLauncher } = require('ox-profile');
const { answer, measureShares, now, options } = require('./answer.js');

const json = JSON.stringify(Array.from({ length: 1000 }, (_, i) => ({ i, text: `item ${i}` })));
const numbers = Array.from({ length: 2000 }, (_, i) => (i * 7919) % 20011);
const text = 'a'.repeat(20) + 'x'.repeat(20000);
const bytes = Buffer.alloc(300_000, 'ox');

const MILLIS_A_CALL = 5;

const work = {
  parseJson: function parseJson() {
    const end = now() + MILLIS_A_CALL;
    do JSON.parse(json);
    while (now() < end);
  },
  sortNumbers: function sortNumbers() {
    const end = now() + MILLIS_A_CALL;
    do numbers.slice().sort();
    while (now() < end);
  },
  matchRegExp: function matchRegExp() {
    const end = now() + MILLIS_A_CALL;
    do {
      /(x+x+)+y/.exec(text.slice(0, 36));
      /a*?b|x*?y|[^z]*?w/.exec(text.slice(0, 400));
    } while (now() < end);
  },
  hashBytes: function hashBytes() {
    const end = now() + MILLIS_A_CALL;
    do createHash('sha256').update(bytes).digest();
    while (now() < end);
  },
  deflateBytes: function deflateBytes() {
    const end = now() + MILLIS_A_CALL;
    do deflateSync(bytes);
    while (now() < end);
  },
};

const { intervalMillis = 1 } = options();
const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const [shares] = measureShares([launcher], work);
answer({ shares });
launcher.cancel();
