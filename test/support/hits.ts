import type { Frame, Profile } from 'ox-profile';
import { ProfileBuilder } from '../../dist/profile/builder';

/** A function on a stack, the line of it that was hit, and its hits. */
export interface Hit {
  readonly stack: readonly Frame[];
  readonly line?: number;
  readonly hits?: number;
}

/** A profile of one thread with these samples. */
export function profileOf(hits: readonly Hit[], lastSeen?: readonly Frame[]): Profile {
  const builder = new ProfileBuilder();
  const root = builder.thread({
    id: 0,
    name: 'main',
    ended: false,
    durationNanos: 1e9,
    unattributedNanos: 0,
    ageNanos: 0,
    ...(lastSeen === undefined ? {} : { lastSeen }),
  });
  for (const { stack, line, hits: count = 1 } of hits) {
    const node = stack.reduce((at, frame) => builder.child(at, builder.frame(frame)), root);
    builder.add(node, count, count * 1e6, count * 1e6);
    if (line !== undefined) builder.addLine(node, line, count);
  }
  return builder.finish({ startMillis: 0, intervalMillis: 1, realInterval: null, dropped: 0 });
}

export function frameAt(url: string, line: number, column = 1, name = 'run'): Frame {
  return { name, url, line, column };
}
