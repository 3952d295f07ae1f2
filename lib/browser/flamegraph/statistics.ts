/** A share and the bounds it has with 95 % confidence. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.959964;

/**
 * Wilson's interval: it holds for few samples and for shares near 0 and 1 too.
 *
 * @param share of all; of time where time was measured
 * @param samples the share rests on
 */
export function wilson(share: number, samples: number): Share {
  if (!(samples > 0)) return { share, low: 0, high: 1 };
  const z2 = Z * Z;
  const middle = (share + z2 / (2 * samples)) / (1 + z2 / samples);
  const spread = Math.sqrt((share * (1 - share)) / samples + z2 / (4 * samples * samples));
  const half = (Z * Math.max(0, spread)) / (1 + z2 / samples);
  return {
    share,
    low: Math.min(share, Math.max(0, middle - half)),
    high: Math.max(share, Math.min(1, middle + half)),
  };
}

/** What a share grew by, with Newcombe's interval, which is made of Wilson's. */
export function change(before: Share, after: Share): Share {
  const grown = after.share - before.share;
  return {
    share: grown,
    low: grown - Math.hypot(after.share - after.low, before.high - before.share),
    high: grown + Math.hypot(after.high - after.share, before.share - before.low),
  };
}

/** Whether a change is more than chance, looked at by itself. */
export function isSignificant({ low, high }: Share): boolean {
  return low > 0 || high < 0;
}
