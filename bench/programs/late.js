'use strict';

// How long it takes to make the launcher in a program that has run for a while.

const { requireOurs } = require('../peers/ox-profile.js');
const { answer, options, timed } = require('./child.js');
const { fillHeap, makeFunctions, run } = require('./heap.js');

const { megabytes, lateCode } = options();

const functions = makeFunctions(500);
const records = fillHeap(megabytes);
run(functions, 300);

const { SimpleLauncher } = requireOurs();
let launcher;
const millis = timed(() => {
  launcher = new SimpleLauncher({ lateCode });
});
answer({ millis, notes: launcher.query().notes, chunks: records.length });
launcher.cancel();
