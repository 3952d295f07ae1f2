'use strict';

// Thin functions that spend their time in builtins and native code.

const { createHash } = require('node:crypto');
const { deflateSync } = require('node:zlib');
const { SimpleLauncher } = require('ox-profile');
const { answer, foundShares, options, Stopwatch } = require('./answer.js');

const json = JSON.stringify(Array.from({ length: 4000 }, (_, i) => ({ i, text: `item ${i}` })));
const numbers = Array.from({ length: 20000 }, (_, i) => (i * 7919) % 20011);
const text = 'a'.repeat(20) + 'x'.repeat(20000);
const bytes = Buffer.alloc(2_000_000, 'ox');

const work = {
  parseJson: function parseJson() {
    for (let i = 0; i < 8; i++) JSON.parse(json);
  },
  sortNumbers: function sortNumbers() {
    numbers.slice().sort();
  },
  matchRegExp: function matchRegExp() {
    for (let i = 0; i < 40; i++) /(x+x+)+y/.exec(text.slice(0, 40));
    for (let i = 0; i < 4; i++) /a*?b|x*?y|[^z]*?w/.exec(text.slice(0, 1200));
  },
  hashBytes: function hashBytes() {
    for (let i = 0; i < 4; i++) createHash('sha256').update(bytes).digest();
  },
  deflateBytes: function deflateBytes() {
    deflateSync(bytes);
  },
};

const { intervalMillis = 1, millis = 2500 } = options();
const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const stopwatch = new Stopwatch();
const end = performance.now() + millis;
while (performance.now() < end) {
  for (const [name, run] of Object.entries(work)) stopwatch.time(name, run);
}
answer({
  truth: stopwatch.truth(),
  found: foundShares(launcher, Object.keys(work)),
});
launcher.cancel();
