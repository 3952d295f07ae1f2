import { counts, spread } from './counts';
import { seedFrom } from './variables';

/** Every way to merge two lists of steps; each keeps its own order. */
export function interleavings(a: readonly string[], b: readonly string[]): string[][] {
  if (a.length === 0) return [[...b]];
  if (b.length === 0) return [[...a]];
  return [
    ...interleavings(a.slice(1), b).map((rest) => [a[0]!, ...rest]),
    ...interleavings(a, b.slice(1)).map((rest) => [b[0]!, ...rest]),
  ];
}

const SEED = seedFrom('OX_ORDERS_SEED');

/**
 * Defines `test` for as many of the ways to merge two lists as are run, within a
 * `describe`, and prints how many these are.
 */
export function testOrders(
  a: readonly string[],
  b: readonly string[],
  test: (steps: readonly string[]) => void,
): void {
  const all = interleavings(a, b);
  const taken = spread(all, counts.interleavings, SEED);
  before(() => {
    const which = taken.length < all.length ? `, OX_ORDERS_SEED=${SEED}` : '';
    console.log(`    ${taken.length} of ${all.length} orders${which}`);
  });
  taken.forEach(test);
}
