import type { Profile, RealInterval } from './profile/profile';

/** Tells how far apart samples really are. */
export class SamplingTracker {
  readonly #profile: () => Profile;

  /** @internal */
  constructor(profile: () => Profile) {
    this.#profile = profile;
  }

  /**
   * The real interval in milliseconds: how many were measured, their mean and
   * standard deviation. Measured between samples that follow one another while
   * the thread is at work; `null` before there are two such.
   */
  stats(): RealInterval | null {
    return this.#profile().realInterval;
  }
}
