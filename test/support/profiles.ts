import { setImmediate } from 'node:timers/promises';

import { FrameKind, SimpleLauncher, type Profile } from 'ox-profile';
import { ProfileBuilder } from '../../dist/profile/builder';
import { burn } from './burn';
import type { Random } from './random';

/** Names that break what is careless with them. */
export const hostileNames: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  'a;b 12',
  'two\nlines',
  '=cmd()',
  '+1',
  '@sum(a1)',
  '-2',
  'a "quoted", cell',
  'pipe | `tick` ``two``',
  '\ud800 lone',
  'lone \udc00',
  '__proto__',
  'constructor',
  'Ünïcödé 函数 👩‍👩‍👧',
  'Foo::bar(x)<T>',
  '_ZN3foo3barEv',
  ' blanks ',
  '\u001b[31mred\u202e',
];

/** A profile with known counts: two threads, lines, states, and what was lost. */
export function smallProfile(threads = 2): Profile {
  const builder = new ProfileBuilder();
  for (let id = 0; id < threads; id++) {
    const root = builder.thread({
      id,
      name: id === 0 ? 'main' : `worker-${String(id)}`,
      ended: id === 1,
      durationNanos: 5e9,
      unattributedNanos: id * 1e6,
      ageNanos: id * 7,
    });
    const state = (name: string, kind: FrameKind): number =>
      builder.child(root, builder.frame({ name, url: '', line: 0, column: 0 }, kind));
    const code = (parent: number, name: string, line: number, column = 1): number =>
      builder.child(parent, builder.frame({ name, url: '/app/x.js', line, column }));
    const a = code(root, 'a', 3, 5);
    builder.add(a, 10, 10_000_001, 9_000_000);
    builder.addLine(a, 4, 6);
    builder.addLine(a, 5, 2);
    const b = code(a, 'b', 20);
    builder.add(b, 20 + id, 20_000_000, 20_000_000);
    const again = code(b, 'a', 3, 5);
    builder.add(again, 3, 3_000_000, 3_000_000);
    builder.addLine(again, 3, 3);
    builder.add(code(root, 'c', 90), 7, 7_000_000, 6_000_000);
    builder.add(state('(idle)', FrameKind.idle), 2, 900_000_000, 0);
    builder.add(state('(garbage collector)', FrameKind.garbageCollector), 5, 5_000_000, 5_000_000);
  }
  return builder.finish({
    startMillis: 1.7e12,
    intervalMillis: 10,
    realInterval: { count: 40, mean: 10.125, stdev: 0.5 },
    dropped: 4,
  });
}

/** One thread; each hostile name is a function, and one of its callers too. */
export function hostileProfile(): Profile {
  const builder = new ProfileBuilder();
  const root = builder.thread({
    id: 0,
    name: '=main <b>\n',
    ended: false,
    durationNanos: 1e9,
    unattributedNanos: 0,
    ageNanos: 0,
  });
  hostileNames.forEach((name, index) => {
    const caller = builder.child(
      root,
      builder.frame({ name: `caller ${name}`, url: `/${name}.js`, line: 1, column: 1 }),
    );
    const frame = builder.frame({ name, url: `file:///${name}.js`, line: index + 1, column: 2 });
    const node = builder.child(caller, frame);
    builder.add(node, index + 1, (index + 1) * 1e6, (index + 1) * 1e6);
  });
  return builder.finish({ startMillis: 0, intervalMillis: 1, realInterval: null, dropped: 0 });
}

/** A tree of chance, that its seed repeats. Functions `f0`, `f1` … with own lines. */
export function randomProfile(random: Random, nodes = 300, functions = 40): Profile {
  const builder = new ProfileBuilder();
  const added: number[] = [];
  for (let id = 0; id < random.between(1, 3); id++) {
    const durationNanos = random.between(1, 1e12);
    added.push(
      builder.thread({
        id,
        // A file of one thread may not have its name.
        name: id === 0 ? 'main' : `t${String(id)}`,
        ended: false,
        durationNanos,
        unattributedNanos: 0,
        ageNanos: 0,
      }),
    );
  }
  for (let index = 0; index < nodes; index++) {
    const which = random.between(0, functions - 1);
    const frame = builder.frame({
      name: `f${String(which)}`,
      url: `/dir/file${String(which % 7)}.js`,
      line: which * 10 + 1,
      column: 1 + (which % 3),
    });
    const node = builder.child(random.pick(added), frame);
    added.push(node);
    const hits = random.between(0, 5);
    builder.add(node, hits, hits * random.between(1, 2e6), hits * random.between(1, 1e6));
    if (hits > 1) builder.addLine(node, which * 10 + random.between(2, 9), hits - 1);
  }
  return builder.finish({
    startMillis: 1.6e12,
    intervalMillis: 5,
    realInterval: null,
    dropped: random.between(0, 9),
  });
}

function spin(millis: number): number {
  return burn(millis);
}

function outer(): number {
  return spin(12) + burn(6);
}

/** A profile of a real program: busy functions, by V8's sampler. */
export async function realProfile(): Promise<Profile> {
  const launcher = SimpleLauncher.launch({ intervalMillis: 1, threads: 'main' });
  try {
    while (launcher.query().samples < 100) {
      outer();
      await setImmediate();
    }
    return launcher.profile();
  } finally {
    launcher.cancel();
  }
}

/** A profile's top functions: names and shares of what is not idle. */
export function topShares(profile: Profile, limit = 5): [string, number][] {
  const { samples } = profile.sums;
  return profile.topFunctions({ limit }).map(({ name, hits }) => [name, hits / samples]);
}
