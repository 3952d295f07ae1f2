import type { Frame, ProfileThread, RealInterval, ValueName } from 'ox-profile';
import { FrameKind, Profile, valueTypes } from 'ox-profile';
import { ProfileBuilder } from '../../dist/profile/builder';
import type { Random } from './random';

/** A stack with the counts of all samples that were it, root first: a profile the
 * slow and obvious way. */
export interface Stack {
  readonly thread: string;
  readonly frames: readonly (Frame & { kind: FrameKind })[];
  readonly hits: number;
  readonly wall: number;
  readonly cpu: number;
  /** Hits by line of the leaf. */
  readonly lines: ReadonlyMap<number, number>;
}

const state = (name: string, kind: FrameKind): Stack['frames'][0] => ({ name, url: '', line: 0, column: 0, kind });

const states = [
  state('(idle)', FrameKind.idle),
  state('(program)', FrameKind.program),
  state('(garbage collector)', FrameKind.garbageCollector),
  state('(profiler)', FrameKind.profiler),
];

const files = [
  'node:internal/timers',
  'file:///app/server.js',
  '/app/lib/render.js',
  '/app/node_modules/express/lib/router.js',
  '/app/node_modules/.pnpm/@scope+pkg@1.0.0/node_modules/@scope/pkg/index.js',
  '',
];

/** A thread without nodes. */
export function thread(id: number, name: string, durationNanos = 0): Omit<ProfileThread, 'firstNode'> {
  return { id, name, ended: false, durationNanos, unattributedNanos: 0, ageNanos: 0 };
}

export interface Shape {
  readonly threads: number;
  readonly stacks: number;
  readonly depth: number;
  readonly functions: number;
}

/** Random stacks of random functions: with recursion, states, and hits without
 * time and time without hits. */
export function randomStacks(random: Random, { threads, stacks, depth, functions }: Shape): Stack[] {
  return Array.from({ length: stacks }, () => {
    const frames = Array.from({ length: random.between(1, depth) }, () => {
      const index = random.between(1, functions);
      const url = files[index % files.length]!;
      return { name: `f${String(index)}`, url, line: url === '' ? 0 : index, column: 1, kind: FrameKind.function };
    });
    const special = random.chance(0.1);
    const hits = random.chance(0.9) ? random.between(1, 9) : 0;
    const lines = new Map<number, number>();
    if (hits > 1 && !special) {
      lines.set(random.between(1, 5), 1);
      lines.set(random.between(6, 9), hits - 1 - random.between(0, 1));
    }
    const number = random.between(0, threads - 1);
    return {
      thread: `${String(number)} thread ${String(number)}`,
      frames: special ? [random.pick(states)] : frames,
      hits,
      wall: hits === 0 || random.chance(0.9) ? random.between(1, 1000) * 1000 : 0,
      cpu: random.chance(0.5) ? random.between(1, 1000) * 1000 : 0,
      lines: new Map([...lines].filter(([, each]) => each > 0)),
    };
  });
}

export interface Made {
  readonly threads: number;
  readonly values?: readonly ValueName[];
  readonly durationNanos?: number;
  readonly intervalMillis?: number;
  readonly startMillis?: number;
  readonly realInterval?: RealInterval;
}

/** The profile of some stacks. */
export function profileOf(
  stacks: readonly Stack[],
  made: Made,
): Profile {
  const { threads, values, durationNanos = 1e9, intervalMillis = 10, startMillis = 5 } = made;
  const builder = new ProfileBuilder();
  const roots = Array.from({ length: threads }, (_, id) =>
    builder.thread(thread(id, `thread ${String(id)}`, durationNanos)),
  );
  const has = (name: ValueName): boolean => values?.includes(name) ?? true;
  for (const { thread, frames, hits, wall, cpu, lines } of stacks) {
    let node = roots[Number.parseInt(thread)]!;
    for (const { kind, ...frame } of frames) node = builder.child(node, builder.frame(frame, kind));
    builder.add(node, has('samples') ? hits : 0, has('wall') ? wall : 0, has('cpu') ? cpu : 0);
    if (has('samples')) for (const [line, lineHits] of lines) builder.addLine(node, line, lineHits);
  }
  return builder.finish({
    startMillis,
    intervalMillis,
    realInterval: made.realInterval ?? { count: 10, mean: 10.5, stdev: 0.5 },
    dropped: 0,
    valueTypes: valueTypes.filter(({ name }) => has(name)),
  });
}

function label({ name, url, line, column }: Frame): string {
  return `${name}@${url}:${String(line)}:${String(column)}`;
}

/** Counts by thread and stack, in the order of the alphabet: profiles are the same
 * when these are, however their trees were built. */
export function canonical(stacks: readonly Stack[]): string[] {
  const counts = new Map<string, { hits: number; wall: number; cpu: number; lines: Map<number, number> }>();
  for (const { thread, frames, hits, wall, cpu, lines } of stacks) {
    const key = [thread, ...frames.map(label)].join(';');
    const sum = counts.get(key) ?? { hits: 0, wall: 0, cpu: 0, lines: new Map<number, number>() };
    for (const [line, more] of lines) sum.lines.set(line, (sum.lines.get(line) ?? 0) + more);
    counts.set(key, { hits: sum.hits + hits, wall: sum.wall + wall, cpu: sum.cpu + cpu, lines: sum.lines });
  }
  return [...counts]
    .filter(([, { hits, wall, cpu }]) => hits + wall + cpu > 0)
    .map(([key, { hits, wall, cpu, lines }]) => {
      const ordered = [...lines].sort(([a], [b]) => a - b).map(([line, each]) => `${String(line)}:${String(each)}`);
      return `${key} = ${String(hits)} ${String(wall)} ${String(cpu)} [${ordered.join(' ')}]`;
    })
    .sort();
}

/** The stacks of a profile. */
export function stacksOf(profile: Profile): Stack[] {
  return Array.from(profile.walk(), (node) => {
    const frames: Stack['frames'][0][] = [];
    for (let at = node; (profile.parent[at] ?? -1) >= 0; at = profile.parent[at]!) {
      const frame = profile.frame[at]!;
      frames.unshift({ ...profile.frames.at(frame), kind: profile.frames.kind(frame) });
    }
    const { id, name } = profile.threads[profile.thread[node]!]!;
    const lines = new Map<number, number>();
    profile.lineNode.forEach((each, index) => {
      if (each === node) lines.set(profile.lineNumber[index]!, profile.lineHits[index]!);
    });
    return {
      thread: `${String(id)} ${name}`,
      frames,
      hits: profile.selfHits[node]!,
      wall: profile.selfWallNanos[node]!,
      cpu: profile.selfCpuNanos[node]!,
      lines,
    };
  });
}
