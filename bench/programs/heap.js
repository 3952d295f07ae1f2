'use strict';

const { getHeapStatistics } = require('node:v8');

const { randomSource } = require('./child.js');

const random = randomSource(1);

/** Something like a record of an application: an object, a few more, an array, a string. */
function makeRecord(id) {
  return {
    id,
    name: `record ${id}`,
    price: random() * 1000,
    place: { x: id % 360, y: id % 180 },
    tags: [`tag ${id % 97}`, id, null],
    children: [{ id: -id }, { id: -id - 1 }],
  };
}

/** @returns records that fill the heap up to so many megabytes */
function fillHeap(megabytes) {
  const bytes = megabytes * 2 ** 20;
  const records = [];
  while (getHeapStatistics().used_heap_size < bytes) {
    const chunk = [];
    for (let i = 0; i < 1000; i++) chunk.push(makeRecord(records.length * 1000 + i));
    records.push(chunk);
  }
  return records;
}

/** @returns that many functions, each with code of its own */
function makeFunctions(count) {
  return Array.from({ length: count }, (_, i) =>
    new Function(
      `return function work${i}(x) { let y = x + ${i}; for (let k = 0; k < ${(i % 20) + 5}; k++) ` +
        `y = (y * 31 + k) % ${1009 + i}; return y; }`,
    )(),
  );
}

/** Calls them all, again and again. */
function run(functions, millis) {
  const end = performance.now() + millis;
  let sum = 0;
  while (performance.now() < end) for (const work of functions) sum += work(sum & 1023);
  return sum;
}

module.exports = { fillHeap, makeFunctions, run };
