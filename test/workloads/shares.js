'use strict';

// Whether the shares of time that a profiler found are the true ones. A workload
// works in batches; of each it notes the time that it measured itself (the truth)
// and what the profiler found. How far the two may be apart follows from the
// batches: noise that the program cannot know of (where samples fall, who else has
// the cores) shows as differences between them.

/** The chance that a true profiler fails: one in a million, on both sides together. */
const CHANCE = 1e-6;

/** The normal distribution's quantile of 1 - CHANCE / 2. */
const Z = 4.891638475699;

/** So many make the t distribution's quantile sure, and outliers rare enough. */
const FEWEST_BATCHES = 40;

/** A bound above that would prove little. */
const MOST_BOUND = 0.03;

/**
 * Student's t distribution: the quantile of 1 - CHANCE / 2, by the expansion of
 * Cornish and Fisher (Abramowitz and Stegun 26.7.5), exact to 0.01 from 30
 * degrees of freedom on.
 */
function tQuantile(degrees) {
  const [z, z3, z5, z7] = [1, 3, 5, 7].map((power) => Z ** power);
  return (
    Z +
    (z3 + Z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * degrees ** 3)
  );
}

const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

/**
 * How far a share of batches and the true one are apart, and may be. A share is a
 * quotient of two sums over batches, so its variance is that of the batches'
 * residuals: W. G. Cochran, Sampling techniques, 3rd ed. (1977), 6.3.
 *
 * @param {{ truth: number, trueTotal: number, found: number, foundTotal: number,
 *   samples: number }[]} batches times in milliseconds; `samples` in `foundTotal`
 * @param {number} resolution how exactly the program knows its own truth, as a share
 */
function judge(batches, resolution) {
  const quotient = (part, whole) => sumOf(batches.map(part)) / sumOf(batches.map(whole));
  const truth = quotient((each) => each.truth, (each) => each.trueTotal);
  const found = quotient((each) => each.found, (each) => each.foundTotal);
  const count = batches.length;
  const trueMean = sumOf(batches.map((each) => each.trueTotal)) / count;
  const foundMean = sumOf(batches.map((each) => each.foundTotal)) / count;
  const residuals = batches.map(
    (each) =>
      (each.found - found * each.foundTotal) / foundMean -
      (each.truth - truth * each.trueTotal) / trueMean,
  );
  const variance = sumOf(residuals.map((each) => each * each)) / (count - 1) / count;
  const samples = sumOf(batches.map((each) => each.samples));
  return {
    truth,
    found,
    bound: tQuantile(count - 1) * Math.sqrt(variance) + resolution,
    resolution,
    samples,
    batches: count,
    // How many times the variance of as many independent samples.
    designEffect: (variance * samples) / (found * (1 - found)),
  };
}

/** For k = 0 … n, the chance that k or fewer of n trials come out, each by chance p. */
function* binomialChances(n, p) {
  // By logarithms, or many trials would underflow.
  let logChance = n * Math.log1p(-p);
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += Math.exp(logChance);
    yield sum;
    logChance += Math.log(n - k) - Math.log(k + 1) + Math.log(p) - Math.log1p(-p);
  }
}

/** Fewer of n trials come out, each by chance p, by no more than half of CHANCE. */
function fewestOf(n, p) {
  if (p <= 0) return 0;
  if (p >= 1) return n;
  let k = 0;
  for (const chance of binomialChances(n, p)) {
    if (chance > CHANCE / 2) break;
    k++;
  }
  return k;
}

/**
 * How far a part of busy time may be from its true share of all time, where busy
 * time is measured by a clock and divided by samples that are independent of each
 * other.
 *
 * @param {number} truth the part's true share of all time
 * @param {number} busy the share of all time that is busy
 * @param {number} samples of busy time
 */
function boundOfHits(truth, busy, samples) {
  if (samples === 0) return 1;
  // The truth is measured too: no part is known to be all or nothing.
  const p = Math.min(1 - 0.5 / samples, Math.max(0.5 / samples, truth / busy));
  const fewest = fewestOf(samples, p);
  const most = samples - fewestOf(samples, 1 - p);
  return busy * Math.max(p - fewest / samples, most / samples - p);
}

/** How far the means of two lists of batches are apart, and may be by chance. */
function differenceOfMeans(one, other) {
  const meanOf = (values) => sumOf(values) / values.length;
  const varianceOf = (values) => {
    const mean = meanOf(values);
    return sumOf(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
  };
  const variances = [one, other].map((values) => varianceOf(values) / values.length);
  // B. L. Welch, Biometrika 34 (1947), 28-35: the smaller list's, at worst.
  const degrees = Math.min(one.length, other.length) - 1;
  return {
    difference: meanOf(other) - meanOf(one),
    bound: tQuantile(degrees) * Math.sqrt(sumOf(variances)),
  };
}

/** Batches of work, each with the shares of several names. */
class Shares {
  #batches = new Map();
  #resolution;

  /** @param {number} resolution as `judge()` has it */
  constructor(resolution = 0.005) {
    this.#resolution = resolution;
  }

  /** Adds a batch, of each name. */
  add(byName) {
    for (const [name, batch] of Object.entries(byName)) {
      const batches = this.#batches.get(name);
      if (batches === undefined) this.#batches.set(name, [batch]);
      else batches.push(batch);
    }
  }

  /** Of each name what `judge()` says. */
  judged() {
    return Object.fromEntries(
      [...this.#batches].map(([name, batches]) => [name, judge(batches, this.#resolution)]),
    );
  }

  /** Whether there are enough batches for bounds that prove something. */
  areEnough(mostBound = MOST_BOUND) {
    return [...this.#batches.values()].every(
      (batches) =>
        batches.length >= FEWEST_BATCHES && judge(batches, this.#resolution).bound <= mostBound,
    );
  }
}

module.exports = { boundOfHits, CHANCE, differenceOfMeans, FEWEST_BATCHES, judge, MOST_BOUND, Shares, tQuantile };
