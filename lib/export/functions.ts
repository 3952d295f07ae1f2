import { FrameKind, type Frame } from '../profile/frames';
import type { Profile } from '../profile/profile';

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
