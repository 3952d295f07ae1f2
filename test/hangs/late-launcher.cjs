'use strict';

// Makes a launcher in a process where V8's walk over existing code is at its
// most dangerous (native/line_ends.h): optimized functions into which functions
// of other scripts are inlined; the lines of those scripts have not been counted
// yet, and counting them takes so much memory that V8 collects garbage.
//
//   node --allow-natives-syntax late-launcher.cjs '{"pairs", "lines", "garbage", "lazy"}'

const { runInThisContext } = require('node:vm');
const { SimpleLauncher } = require('ox-profile');

const { pairs, lines, garbage, lazy } = JSON.parse(process.argv[2]);

const prepare = new Function('f', '%PrepareFunctionForOptimization(f)');
const optimize = new Function('f', '%OptimizeFunctionOnNextCall(f)');

function make(name, source) {
  return runInThisContext(`(${source})`, { filename: `/hangs/${name}.js` });
}

// A call in an inlined function is what V8 keeps a place for.
const never = make('never', `function never(x) { ${'x = (x * 31 + 7) % 1013;'.repeat(200)} return x; }`);
const gap = '\n'.repeat(lines);
// The outer ones first: V8 comes to functions in the order they were made.
const outer = Array.from({ length: pairs }, (_, i) =>
  make(`outer${i}`, `function outer${i}(inner, x) { return inner(x) + ${i}; }`),
);
const inner = Array.from({ length: pairs }, (_, i) =>
  make(`inner${i}`, `function inner${i}(x) { return (never) => {${gap} return never(x) + ${i}; } }`)(i),
);

for (let i = 0; i < pairs; i++) {
  prepare(outer[i]);
  prepare(inner[i]);
  outer[i](inner[i], never);
  outer[i](inner[i], never);
  optimize(outer[i]);
  outer[i](inner[i], never);
}

// So that a collection falls elsewhere each time.
const kept = Array.from({ length: garbage }, (_, i) => ({ i, list: [i] }));

const launcher = new SimpleLauncher({
  codeLogging: lazy ? 'lazy' : 'eager',
  lateCode: 'leave',
});
launcher.start();
launcher.unpause();
launcher.cancel();
console.log(kept.length);
