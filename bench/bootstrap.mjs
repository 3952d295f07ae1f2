import { createRequire } from 'node:module';

import { median } from './report.mjs';

const { randomSource } = createRequire(import.meta.url)('./programs/child.js');

const DRAWS = 2000;
const SEED = 17;

/**
 * Where 95 % of the medians lie when the values are drawn anew, each as often as
 * it happens to be drawn (B. Efron's bootstrap, by percentiles).
 *
 * @returns the least and the most of them
 */
export function medianInterval(values) {
  const random = randomSource(SEED);
  const medians = Float64Array.from({ length: DRAWS }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)])),
  ).sort();
  return [medians[Math.floor(DRAWS * 0.025)], medians[Math.ceil(DRAWS * 0.975) - 1]];
}
