import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

function pathOf(program) {
  return fileURLToPath(new URL(`programs/${program}.js`, import.meta.url));
}

/**
 * Runs one of programs/ in a process of its own.
 *
 * @param options what the program is told, as JSON in its first argument
 * @returns what it answers, as JSON on its stdout
 */
export async function child(program, options = {}, { maxHeapMegabytes } = {}) {
  const path = pathOf(program);
  const flags =
    maxHeapMegabytes === undefined ? [] : [`--max-old-space-size=${maxHeapMegabytes}`];
  const { stdout } = await run(process.execPath, [...flags, path, JSON.stringify(options)], {
    timeout: 180_000,
    maxBuffer: 64 << 20,
  });
  return JSON.parse(stdout);
}

/** One of programs/ that lives on in a process of its own, and answers messages. */
export class Resident {
  #process;

  constructor(program, options = {}) {
    this.#process = fork(pathOf(program), [JSON.stringify(options)]);
  }

  /** One message, one answer. */
  async ask(message) {
    const ended = new AbortController();
    const { signal } = ended;
    this.#process.send(message);
    try {
      return await Promise.race([
        once(this.#process, 'message', { signal }).then(([answer]) => answer),
        once(this.#process, 'exit', { signal }).then(([code, by]) => {
          throw Object.assign(new Error(`ended with ${code ?? by}`), { signal: by });
        }),
      ]);
    } finally {
      ended.abort();
    }
  }

  end() {
    if (this.#process.connected) this.#process.disconnect();
  }
}

/**
 * Runs variants turn and turn about: A B A B. Each round begins with another
 * one, so that none always follows the same neighbour's mess.
 *
 * @param variants functions by name, each of which starts a child
 * @returns their answers by the same names, in the order of the rounds
 */
export async function interleave(rounds, variants, progress) {
  const names = Object.keys(variants);
  const answers = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      answers[name].push(await variants[name]());
      progress();
    }
  }
  return answers;
}
