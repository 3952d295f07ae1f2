import { answerOfProgram, waits } from './children';

/** For the `launch` of `askedWhile`: a launcher that samples often. */
export const launch = 'const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });';

/**
 * Runs a program whose main thread does `block`, in a function of that name, while
 * a worker called 'observer' asks.
 *
 * Both know `waits` and share `flags`, whole numbers: the first says that `block()`
 * has begun, the second that the worker has its answer, or none (`done()`), the third how
 * often the main thread has gone into native code and come back from it, with
 * `stayInNativeCode()`. The others are free.
 *
 * @param asks the body of an async function (o, flags) in the worker, which begins
 *   when `block()` has begun; `o` is the observer
 * @returns what `asks` returned
 */
export function askedWhile<T>(block: string, asks: string, atFirst = ''): Promise<T> {
  const worker = `${waits}
    const { observe } = require('ox-profile/observe');
    const { parentPort, workerData: flags } = require('node:worker_threads');
    // Resolves to the number of the main thread's stay in native code, in one.
    const stayInNativeCode = () => until(() => { const at = Atomics.load(flags, 2); return at % 2 === 1 && at; });
    // What \`ask()\` gave while the main thread was in native code all the time. On
    // its way in or out it may still have answered: then \`silent(answer)\` is false.
    const whileInNativeCode = (ask, silent) => until(async () => {
      const stay = await stayInNativeCode();
      const answer = await ask();
      return Atomics.load(flags, 2) === stay && silent(answer) && answer;
    });
    (async (o) => {
      await until(() => Atomics.load(flags, 0) === 1);
      try {
        parentPort.postMessage(await (async () => { ${asks} })());
      } finally {
        // Lets the main thread go on, where it waits for it.
        Atomics.store(flags, 1, 1);
        Atomics.notify(flags, 1);
      }
    })(observe());`;
  return answerOfProgram(`${waits}
    const { SimpleLauncher } = require('ox-profile');
    ${atFirst}
    const { Worker } = require('node:worker_threads');
    const flags = new Int32Array(new SharedArrayBuffer(4096));
    const done = () => Atomics.load(flags, 1) === 1;
    // Returns from native code again and again, so that whoever asks meanwhile can
    // tell whether it was there all the time.
    function stayInNativeCode() {
      Atomics.add(flags, 2, 1);
      require('node:crypto').pbkdf2Sync('a', 'b', 5e5, 64, 'sha512');
      Atomics.add(flags, 2, 1);
    }
    function block() { Atomics.store(flags, 0, 1); ${block} }
    const worker = new Worker(${JSON.stringify(worker)}, { eval: true, name: 'observer', workerData: flags });
    worker.on('message', answer);
    // A turn of its own, after all that starting the worker brings.
    worker.on('online', () => setImmediate(block));
  `);
}
