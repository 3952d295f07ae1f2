import { answerOfProgram, burner, waits } from './children';

/** For workers: works in `inWorker` until the parent sends a message. */
export const workUntilTold = `${burner}
  const { parentPort, receiveMessageOnPort } = require('node:worker_threads');
  function inWorker() { while (receiveMessageOnPort(parentPort) === undefined) burn(5); }
  inWorker();`;

/**
 * Runs a program, which knows `waits`, `once`, `SimpleLauncher`, `Worker` and, of a
 * `launcher` that it has to make, `hits(options)`: those of `inWorker`.
 *
 * @param source the body of an async function
 * @returns what it gave to its `answer()`
 */
export function answerOfThreads<T>(source: string, nodeArgs: readonly string[] = []): Promise<T> {
  return answerOfProgram(
    `${waits}
    const { once } = require('node:events');
    const { SimpleLauncher } = require('ox-profile');
    const { Worker } = require('node:worker_threads');
    let launcher;
    const hits = (options) => launcher.query({ filter: '^inWorker$', ...options }).records[0]?.hits ?? 0;
    (async () => { ${source} })();`,
    nodeArgs,
  );
}
