import { FrameKind, type Frame } from '../profile/frames';
import type { Profile } from '../profile/profile';
import { rankFunctions, type ProfileRecord } from '../profile/top-functions';
import type { ValueName } from '../profile/values';
import { selfColumn } from './values';

/** A function, its shares of the time or the samples at work: 0 … 1. */
export interface FunctionRow {
  readonly record: ProfileRecord;
  readonly selfShare: number;
  readonly totalShare: number;
}

export interface FunctionTable {
  readonly rows: FunctionRow[];
  /** Different functions, before the limit. */
  readonly totalRows: number;
}

const amounts = {
  samples: (record: ProfileRecord) => [record.selfHits, record.hits] as const,
  wall: (record: ProfileRecord) => [record.selfWallMillis, record.wallMillis] as const,
  cpu: (record: ProfileRecord) => [record.selfCpuMillis, record.cpuMillis] as const,
};

/** The functions with the largest totals of a value. */
export function functionTable(profile: Profile, value: ValueName, limit: number): FunctionTable {
  const whole = atWork(profile, selfColumn(profile, value)) / (value === 'samples' ? 1 : 1e6);
  const amount = amounts[value];
  // By samples they come in order; by another value all are needed first.
  const ranked = rankFunctions(profile, { limit: value === 'samples' ? limit : Infinity });
  const records =
    value === 'samples'
      ? ranked.records
      : ranked.records
          .toSorted((a, b) => amount(b)[1] - amount(a)[1] || amount(b)[0] - amount(a)[0])
          .slice(0, limit);
  const share = (part: number): number => (whole > 0 ? part / whole : 0);
  return {
    rows: records.map((record) => ({
      record,
      selfShare: share(amount(record)[0]),
      totalShare: share(amount(record)[1]),
    })),
    totalRows: ranked.totalRecords,
  };
}

/** All but (idle), and (profiler): what shares are of. One thread's, or all. */
export function atWork(profile: Profile, self: Float64Array, thread?: number): number {
  const { frames, frame } = profile;
  let sum = 0;
  for (let node = 0; node < self.length; node++) {
    if (thread !== undefined && profile.thread[node] !== thread) continue;
    const kind = frames.kind(frame[node] as number);
    if (kind !== FrameKind.idle && kind !== FrameKind.profiler) sum += self[node] as number;
  }
  return sum;
}

export function displayName({ name }: Frame): string {
  return name === '' ? '(anonymous)' : name;
}

export function displayPlace({ url, line }: Frame): string {
  return line > 0 ? `${url}:${String(line)}` : url;
}
