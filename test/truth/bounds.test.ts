import assert from 'node:assert/strict';

import { Random } from '../support/random';
import { assertShares, sharesModule, type Share } from '../support/shares';

const { CHANCE, MOST_BOUND, boundOfHits, differenceOfMeans, judge, tQuantile } = sharesModule;

/** The density of Student's t distribution but for its constant. */
const density = (t: number, degrees: number): number => (1 + (t * t) / degrees) ** (-(degrees + 1) / 2);

/** The integral of `f` from 0 to 1, by Simpson's rule. */
function integral(f: (x: number) => number): number {
  const steps = 4000;
  let sum = 0;
  for (let i = 0; i <= steps; i++) sum += f(i / steps) * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2);
  return sum / (3 * steps);
}

/** The part of the t distribution beyond `q`, on both sides. */
function tails(q: number, degrees: number): number {
  // From q to infinity as q / x for x from 1 to 0.
  const beyond = integral((x) => (x === 0 ? 0 : density(q / x, degrees) * (q / (x * x))));
  const below = q * integral((x) => density(q * x, degrees));
  return beyond / (beyond + below);
}

/** Batches of 100 ms at 1 ms, as a profiler takes them that puts `misplaced` of the
 * samples of a function with 0.4 of the time elsewhere. */
function simulated(random: Random, misplaced = 0): Share {
  const batches = Array.from({ length: 40 }, () => {
    // The cores that others have come and go: some batches are short.
    const trueTotal = random.between(30, 100);
    const truth = trueTotal * (0.3 + 0.2 * random.next());
    let found = 0;
    for (let i = 0; i < trueTotal; i++) {
      if (random.chance(truth / trueTotal) && !random.chance(misplaced)) found++;
    }
    return { truth, trueTotal, found, foundTotal: trueTotal, samples: trueTotal };
  });
  return judge(batches, 0);
}

describe('the bounds that shares are held to', () => {
  for (const degrees of [30, 39, 100, 1000]) {
    it(`leave out one in a million of the t distribution with ${degrees} degrees of freedom`, () => {
      const ratio = tails(tQuantile(degrees), degrees) / CHANCE;
      assert.ok(ratio > 0.9 && ratio < 1.1, String(ratio));
    });
  }

  it('are as wide as shares of a true profiler scatter', () => {
    const random = new Random(7);
    const runs = 1000;
    let beyond = 0;
    for (let run = 0; run < runs; run++) {
      const { truth, found, bound } = simulated(random);
      // The quantile of 0.975 with 39 degrees of freedom.
      if (Math.abs(found - truth) > (bound / tQuantile(39)) * 2.0227) beyond++;
    }
    // Of 1000 runs 50 are expected; five standard deviations are 34.
    assert.ok(Math.abs(beyond - 50) < 34, String(beyond));
  });

  it('know the design effect of independent samples', () => {
    const random = new Random(8);
    const effects = Array.from({ length: 200 }, () => simulated(random).designEffect);
    const mean = effects.reduce((sum, effect) => sum + effect, 0) / effects.length;
    assert.ok(mean > 0.9 && mean < 1.1, String(mean));
  });

  it('are failed by a profiler that puts a sixth of a function elsewhere', () => {
    const random = new Random(9);
    const share = { ...simulated(random, 1 / 6), bound: MOST_BOUND };
    assert.throws(() => assertShares({ cpuMillis: { wrong: share } }), /wrong, cpuMillis: 3\d\.\d\d % found where/);
  });

  it('are not taken where they prove little', () => {
    const share = { ...simulated(new Random(10)), bound: MOST_BOUND * 1.01 };
    assert.throws(() => assertShares({ cpuMillis: { wide: share } }), /too few samples: wide/);
  });

  it('hold for shares near 1 and few hits', () => {
    // Of 30 samples 3 fall elsewhere on average; 14 or more do by a chance of 3e-7, and
    // 13 or more by one of 2e-6.
    const bound = boundOfHits(0.09, 0.1, 30);
    assert.ok(Math.abs(bound - 0.1 * (10 / 30)) < 1e-9, String(bound));
    for (const share of [0, 1]) {
      const least = boundOfHits(share, 1, 1000);
      assert.ok(least > 0 && least < 0.02, String(least));
    }
    assert.equal(boundOfHits(0.5, 1, 0), 1);
  });

  it('tell means apart that are, and none that are not', () => {
    const random = new Random(11);
    const draws = (mean: number): number[] => Array.from({ length: 40 }, () => mean + random.next() / 10);
    const same = differenceOfMeans(draws(0.1), draws(0.1));
    assert.ok(Math.abs(same.difference) <= same.bound, JSON.stringify(same));
    const other = differenceOfMeans(draws(0.1), draws(0.2));
    assert.ok(other.difference > other.bound, JSON.stringify(other));
  });
});
