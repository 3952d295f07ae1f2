import { performance } from 'node:perf_hooks';

/** Keeps the thread at work for so many milliseconds. */
export function burn(millis: number): number {
  const end = performance.now() + millis;
  let sum = 0;
  while (performance.now() < end) for (let i = 0; i < 100; i++) sum += Math.sqrt(i);
  return sum;
}

/** Sleeps synchronously, as a thread that waits for another does. */
export function sleepSync(millis: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}

/** Works until `done` says so; fails after a generous deadline. */
export function burnUntil(done: () => boolean, deadlineMillis = 30_000): void {
  const deadline = performance.now() + deadlineMillis;
  while (!done()) {
    if (performance.now() > deadline) throw new Error('the condition was not met in time');
    burn(5);
  }
}
