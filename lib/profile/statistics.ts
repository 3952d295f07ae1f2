/** Two shares, both from 0 to 1, between which the true one lies; or two
 * percentages, where it says so. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The level that intervals and tests hold: 95 %. */
export const CONFIDENCE = 0.95;

/** Standard deviations that 95 % of a normal distribution lie within. */
const Z = 1.959963984540054;

/** Below it in any cell of the table the normal distribution is too far from
 * the truth: Cochran's rule (1954, Biometrics 10, 417). */
const FEWEST_EXPECTED = 5;

/**
 * The 95 % score interval of a share `p` of `n` samples: E. B. Wilson, Probable
 * inference, the law of succession, and statistical inference. JASA 22 (1927),
 * 209-212. Unlike p ± 1.96 standard errors it holds for shares near 0 and 1 and
 * for a few samples. `n` need not be whole; without samples all is possible.
 */
export function wilson(p: number, n: number): Interval {
  if (!(n > 0)) return { low: 0, high: 1 };
  const z2 = (Z * Z) / n;
  const middle = p + z2 / 2;
  const half = Z * Math.sqrt((p * (1 - p) + z2 / 4) / n);
  return {
    // Rounding must not say of what was never seen that it was.
    low: p <= 0 ? 0 : Math.max(0, (middle - half) / (1 + z2)),
    high: p >= 1 ? 1 : Math.min(1, (middle + half) / (1 + z2)),
  };
}

/**
 * The 95 % interval of the difference `p2 - p1`, from their Wilson intervals:
 * R. G. Newcombe, Interval estimation for the difference between independent
 * proportions. Statistics in Medicine 17 (1998), 873-890, method 10.
 */
export function differenceInterval(p1: number, n1: number, p2: number, n2: number): Interval {
  const one = wilson(p1, n1);
  const two = wilson(p2, n2);
  const difference = p2 - p1;
  return {
    low: difference - Math.hypot(p2 - two.low, one.high - p1),
    high: difference + Math.hypot(two.high - p2, p1 - one.low),
  };
}

/**
 * How likely shares as different as `p1` of `n1` and `p2` of `n2` samples are
 * when the true ones are equal: the two-proportion z-test, pooled, two-sided.
 * Where a cell of the table would be expected to hold fewer than five samples,
 * Fisher's exact test takes its place: one sample against none is no proof.
 */
export function twoProportionP(p1: number, n1: number, p2: number, n2: number): number {
  if (!(n1 > 0) || !(n2 > 0)) return 1;
  const pooled = (p1 * n1 + p2 * n2) / (n1 + n2);
  if (Math.min(n1, n2) * Math.min(pooled, 1 - pooled) < FEWEST_EXPECTED) {
    const [whole1, whole2] = [Math.round(n1), Math.round(n2)];
    return fisherP(Math.round(p1 * whole1), whole1, Math.round(p2 * whole2), whole2);
  }
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  return normalTails((p2 - p1) / error);
}

/**
 * Fisher's exact test, two-sided: the tables at most as likely as this one, of
 * all with its sums. R. A. Fisher, JRSS 85 (1922), 87-94.
 *
 * @param hits1 of `n1`, and `hits2` of `n2`: whole numbers
 */
export function fisherP(hits1: number, n1: number, hits2: number, n2: number): number {
  const hits = hits1 + hits2;
  const least = Math.max(0, hits - n2);
  const most = Math.min(hits, n1);
  const mode = Math.floor(((hits + 1) * (n1 + 1)) / (n1 + n2 + 2));
  const start = Math.min(most, Math.max(least, mode));
  // Chances are relative to the likeliest table's, from which they only fall: no
  // factorials are needed, and what is too small to matter is not looked at.
  const NOTHING = 1e-30;
  const up = (k: number): number => ((hits - k) / (k + 1)) * ((n1 - k) / (n2 - hits + k + 1));
  const walk = (visit: (k: number, chance: number) => void): void => {
    for (let k = start, chance = 1; k <= most && chance > NOTHING; chance *= up(k), k++) {
      visit(k, chance);
    }
    for (let k = start - 1, chance = 1 / up(k); k >= least && chance > NOTHING; ) {
      visit(k, chance);
      k--;
      chance /= up(k);
    }
  };
  let observed = 0;
  walk((k, chance) => {
    if (k === hits1) observed = chance;
  });
  let all = 0;
  let tails = 0;
  walk((_, chance) => {
    all += chance;
    // Equal but for rounding is equal.
    if (chance <= observed * (1 + 1e-9)) tails += chance;
  });
  return tails / all;
}

/** How much of a normal distribution lies at least `z` standard deviations off,
 * on either side. Exact to about twelve digits, however small it is. */
export function normalTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const density = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2.5) {
    // Abramowitz and Stegun 7.1.6: no term is negative, so no digits are lost.
    let term = x;
    let sum = x;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - 2 * density * sum;
  }
  // Abramowitz and Stegun 7.1.14, the continued fraction, from its far end.
  let fraction = x;
  for (let n = 80; n >= 1; n--) fraction = x + n / 2 / fraction;
  return density / fraction;
}

/**
 * Chances corrected for how many are compared, so that among all comparisons
 * without a real difference one is called significant in 5 % of cases, and not
 * one in twenty of them: S. Holm, A simple sequentially rejective multiple test
 * procedure. Scandinavian Journal of Statistics 6 (1979), 65-70.
 */
export function holm(chances: Float64Array): Float64Array {
  const order = Uint32Array.from(chances, (_, index) => index).sort(
    (a, b) => (chances[a] as number) - (chances[b] as number),
  );
  const corrected = new Float64Array(chances.length);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (chances[index] as number) * (order.length - rank)));
    corrected[index] = largest;
  });
  return corrected;
}
