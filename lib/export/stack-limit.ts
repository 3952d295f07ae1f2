import { ProfilerError } from '../errors';
import type { Profile } from '../profile/profile';

const MOST_FRAMES = 50_000_000;

/**
 * Formats without a tree write each stack in full, so that deep trees grow by the
 * square. Checked before memory is taken: what V8 samples is far below.
 *
 * @throws ProfilerError `ERR_PROFILER_TOO_LARGE`
 */
export function expectStacksFit(
  profile: Profile,
  format: string,
  ...columns: readonly Float64Array[]
): void {
  const { depth } = profile;
  let frames = 0;
  for (let node = 0; node < depth.length; node++) {
    if (columns.some((column) => column[node] !== 0)) frames += depth[node] as number;
  }
  if (frames <= MOST_FRAMES) return;
  throw new ProfilerError(
    'ERR_PROFILER_TOO_LARGE',
    `Expected stacks of at most ${String(MOST_FRAMES)} frames together for ${format} but there ` +
      `are ${String(frames)}: cpuprofile and json keep the tree`,
  );
}
