'use strict';

const { randomSource } = require('./child.js');

/**
 * A program that is wide for a profiler: many functions that call each other in
 * many different stacks. Each is called through a table, so nothing is inlined;
 * the time is spent at the end of each stack, in a loop that all share and that
 * is soon compiled; none of it makes garbage. So a step of it takes as long as
 * another, with no profiler in the way.
 */
class WideProgram {
  #functions;
  #stacks;
  #random = randomSource(3);

  /** @param stacks how many; each is 5 to 20 functions deep */
  constructor({ functions = 4000, stacks = 6000 } = {}) {
    this.#functions = Array.from({ length: functions }, (_, i) => makeFunction(i));
    const random = randomSource(2);
    this.#stacks = Array.from({ length: stacks }, () =>
      Uint16Array.from({ length: 5 + Math.floor(random() * 16) }, () =>
        Math.floor(random() * functions),
      ),
    );
  }

  /** Some tens of microseconds in one of the stacks. */
  step() {
    const stack = this.#stacks[Math.floor(this.#random() * this.#stacks.length)];
    return this.#functions[stack[0]](this.#functions, stack, 0);
  }

  run(millis) {
    const end = performance.now() + millis;
    while (performance.now() < end) this.step();
  }
}

function makeFunction(i) {
  return new Function(
    'spin',
    `return function wide${i}(functions, stack, depth) {
      if (depth + 1 === stack.length) return spin(${i});
      return functions[stack[depth + 1]](functions, stack, depth + 1) + ${i};
    }`,
  )(spin);
}

function spin(from) {
  let sum = from;
  for (let i = 0; i < 6_000; i++) sum = (sum * 31 + i) | 0;
  return sum;
}

module.exports = { spin, WideProgram };
