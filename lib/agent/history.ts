import type { Second } from '../web/api';
import { Frames } from '../profile/frames';
import { mergeProfiles } from '../profile/merge';
import { Profile } from '../profile/profile';
import { since } from '../profile/since';

/** Kept of one second. */
interface Kept {
  readonly second: Second;
  readonly profile: Profile;
}

export interface HistoryOptions {
  /** So many seconds are kept. */
  readonly seconds: number;
  /** And no more nodes than so many, in all of them together. */
  readonly nodes: number;
}

const MOST_STRINGS = 100_000;
const MOST_OF_A_SECOND = 1500;

/**
 * What was counted in each of the last minutes' seconds, so that any span of them
 * can be looked at. It is given whole profiles and keeps what came between two.
 */
export class History {
  readonly #options: HistoryOptions;
  #kept: Kept[] = [];
  #nodes = 0;
  /** When the counts began; they begin anew when they are reset. */
  #startMillis = NaN;
  #last: { profile: Profile; atMillis: number } | undefined;
  #strings = new Map<string, string>();

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /**
   * Takes a profile of all threads.
   *
   * @param atMillis of when its counts are
   * @param stalled whether an event loop stood still since the last one
   * @param beganMillis since when all of it was counted, where that is known
   * @returns what was counted since the last one, where there is one
   */
  add(
    profile: Profile,
    atMillis: number,
    stalled: boolean,
    beganMillis = -Infinity,
  ): Profile | undefined {
    if (profile.startMillis !== this.#startMillis) this.clear();
    this.#startMillis = profile.startMillis;
    const last = this.#last;
    // Nothing is newer than the last time.
    if (last !== undefined && atMillis <= last.atMillis) return undefined;
    this.#last = { profile, atMillis };
    if (last !== undefined) {
      const counted = since(profile, last.profile, last.atMillis);
      this.#keep(counted, last.atMillis, atMillis, stalled);
      return counted;
    }
    if (this.#kept.length === 0 && atMillis - beganMillis < MOST_OF_A_SECOND) {
      // Else what is counted may be of hours.
      this.#keep(profile, beganMillis, atMillis, stalled);
      return profile;
    }
    return undefined;
  }

  #keep(counted: Profile, fromMillis: number, toMillis: number, stalled: boolean): void {
    const { sums } = counted;
    const { idleMillis, gcMillis, profilerMillis, threadMillis } = sums;
    this.#kept.push({
      second: {
        atMillis: Math.round(fromMillis),
        durationMillis: Math.max(0, Math.round(toMillis) - Math.round(fromMillis)),
        samples: sums.samples,
        busyMillis: Math.max(0, threadMillis - idleMillis - gcMillis - profilerMillis),
        idleMillis,
        gcMillis,
        profilerMillis,
        stalled,
      },
      profile: this.#compact(counted),
    });
    this.#nodes += counted.length;
    while (this.#kept.length > this.#options.seconds || this.#nodes > this.#options.nodes) {
      this.#nodes -= this.#kept.shift()?.profile.length ?? this.#nodes;
    }
  }

  /** The launcher was unpaused then: what is counted since the last profile is of
   * later. */
  resume(atMillis: number): void {
    if (this.#last !== undefined && atMillis > this.#last.atMillis) {
      this.#last = { ...this.#last, atMillis };
    }
  }

  clear(): void {
    this.#kept = [];
    this.#nodes = 0;
    this.#last = undefined;
    this.#strings.clear();
  }

  /** Those that began later, in their order. */
  secondsAfter(millis: number): Second[] {
    return this.#kept.map(({ second }) => second).filter(({ atMillis }) => atMillis > millis);
  }

  /** The seconds that lie at least half in the span, or else those that it touches,
   * in one profile; undefined where there is none. */
  span(fromMillis: number, toMillis: number): SpanOfHistory | undefined {
    const halves = this.#kept.filter(({ second: { atMillis, durationMillis } }) => {
      const middle = atMillis + durationMillis / 2;
      return middle >= fromMillis && middle <= toMillis;
    });
    const touched = this.#kept.filter(
      ({ second: { atMillis, durationMillis } }) =>
        atMillis < toMillis && atMillis + durationMillis > fromMillis,
    );
    const meant = halves.length > 0 ? halves : touched;
    const first = meant[0];
    const last = meant.at(-1);
    if (first === undefined || last === undefined) return undefined;
    return {
      profile: mergeProfiles(meant.map(({ profile }) => profile)),
      fromMillis: first.second.atMillis,
      toMillis: last.second.atMillis + last.second.durationMillis,
    };
  }

  /** With strings of its own: those of a snapshot are parts of one that has all,
   * and would keep it. */
  #compact(profile: Profile): Profile {
    if (this.#strings.size > MOST_STRINGS) this.#strings.clear();
    const { strings, columns } = profile.frames;
    const frames = new Frames(
      strings.map((string) => this.#own(string)),
      columns,
    );
    return new Profile({
      frames,
      threads: profile.threads,
      parent: profile.parent,
      frame: profile.frame,
      selfHits: profile.selfHits,
      selfWallNanos: profile.selfWallNanos,
      selfCpuNanos: profile.selfCpuNanos,
      lineNode: profile.lineNode,
      lineNumber: profile.lineNumber,
      lineHits: profile.lineHits,
      valueTypes: profile.valueTypes,
      startMillis: profile.startMillis,
      intervalMillis: profile.intervalMillis,
      realInterval: profile.realInterval,
      dropped: profile.dropped,
    });
  }

  #own(string: string): string {
    let own = this.#strings.get(string);
    if (own === undefined) {
      own = Buffer.from(string, 'utf16le').toString('utf16le');
      this.#strings.set(own, own);
    }
    return own;
  }
}

/** Some seconds together. */
export interface SpanOfHistory {
  readonly profile: Profile;
  readonly fromMillis: number;
  readonly toMillis: number;
}
