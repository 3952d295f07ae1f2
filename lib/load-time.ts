import { performance } from 'node:perf_hooks';

/** When Node was ready to run the program, in milliseconds since its start. */
const programBegan = Math.max(0, performance.nodeTiming.bootstrapComplete);
const loadBegan = performance.now();
let loadEnded = loadBegan;

/** To be called when all of the package is loaded. */
export function noteLoadEnded(): void {
  loadEnded = performance.now();
}

/** Milliseconds that the program has run, the loading of this package left out:
 * it runs code, but none that gets hot. */
export function millisOfProgram(): number {
  return loadBegan - programBegan + (performance.now() - loadEnded);
}
