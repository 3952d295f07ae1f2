import assert from 'node:assert/strict';

import { FrameKind, Profile, type RealInterval } from 'ox-profile';
import { History } from '../../dist/agent/history';
import { ProfileBuilder } from '../../dist/profile/builder';
import { checkValid } from '../../dist/profile/check-valid';
import { since } from '../../dist/profile/since';

interface Thread {
  readonly id: number;
  /** Hits by stack, root first: `{ 'a;b': 3 }`. */
  readonly hits: Readonly<Record<string, number>>;
  readonly ended?: boolean;
}

const NANOS_PER_HIT = 10_000_000;
const BEGAN = 1.7e12;

/** What a launcher has counted at some time. Each hit is 10 ms in line 7. */
function counted(
  threads: readonly Thread[],
  startMillis = BEGAN,
  realInterval: RealInterval | null = null,
): Profile {
  const builder = new ProfileBuilder();
  for (const { id, hits, ended = false } of threads) {
    const all = Object.values(hits).reduce((sum, each) => sum + each, 0);
    const root = builder.thread({
      id,
      name: id === 0 ? 'main' : `worker ${String(id)}`,
      ended,
      durationNanos: all * NANOS_PER_HIT * 2,
      unattributedNanos: 0,
      ageNanos: 0,
    });
    const idle = builder.frame({ name: '(idle)', url: '', line: 0, column: 0 }, FrameKind.idle);
    builder.add(builder.child(root, idle), 0, all * NANOS_PER_HIT);
    for (const [stack, each] of Object.entries(hits)) {
      let node = root;
      for (const name of stack.split(';')) {
        node = builder.child(node, builder.frame({ name, url: 'x.js', line: 1, column: 1 }));
      }
      builder.add(node, each, each * NANOS_PER_HIT, each * NANOS_PER_HIT);
      builder.addLine(node, 7, each);
    }
  }
  const profile = builder.finish({
    startMillis,
    intervalMillis: 10,
    realInterval,
    dropped: 0,
  });
  checkValid(profile);
  return profile;
}

const stacksOf = (profile: Profile): string => {
  checkValid(profile);
  return profile
    .toCollapsed()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(' (x.js:1)', ''))
    .toSorted()
    .join(', ');
};

describe('Profile.since()', () => {
  it('is what was counted in between: hits, times, lines and durations', () => {
    const before = counted([{ id: 0, hits: { 'a;b': 3, c: 2 } }]);
    const after = counted([{ id: 0, hits: { 'a;b': 4, c: 2, 'a;d': 5 } }]);
    const between = after.since(before);
    assert.equal(stacksOf(between), 'a;b 1, a;d 5');
    assert.equal(between.sums.samples, 6);
    assert.equal(between.sums.idleMillis, 60);
    assert.equal(between.sums.threadMillis, 120);
    assert.deepEqual([...between.lineHits], [1, 5]);
    assert.equal(stacksOf(Profile.merge(before, between)), stacksOf(after));
  });

  it('is nothing where nothing was counted, and all after a reset', () => {
    const before = counted([{ id: 0, hits: { a: 3 } }]);
    assert.equal(stacksOf(before.since(before)), '');
    const anew = counted([{ id: 0, hits: { a: 1 } }], BEGAN + 5);
    assert.equal(stacksOf(anew.since(before)), 'a 1');
  });

  it('tells since when, and how far apart samples were in between', () => {
    const at = (mean: number, count: number): Profile =>
      counted([{ id: 0, hits: { a: count } }], BEGAN, { count, mean, stdev: 0 });
    // 100 intervals of 10 ms, then 300 of 2 ms.
    const after = at((100 * 10 + 300 * 2) / 400, 400);
    const between = after.since(at(10, 100));
    assert.equal(between.realInterval?.count, 300);
    assert.ok(Math.abs(between.realInterval.mean - 2) < 1e-9);
    assert.equal(between.startMillis, BEGAN);
    assert.equal(since(after, at(10, 100), BEGAN + 7).startMillis, BEGAN + 7);
    assert.equal(after.since(after).realInterval, null);
  });

  it('knows threads that came, and those that were told as one since', () => {
    const before = counted([
      { id: 0, hits: { a: 1 } },
      { id: -1, hits: { w: 10 } },
      { id: 5, hits: { w: 4, x: 2 } },
    ]);
    const after = counted([
      { id: 0, hits: { a: 1 } },
      { id: -1, hits: { w: 15, x: 2 }, ended: true },
      { id: 6, hits: { y: 1 } },
    ]);
    const between = after.since(before);
    assert.equal(stacksOf(between), 'worker -1;w 1, worker 6;y 1');
    // Each hit is 20 ms of a thread.
    assert.equal(between.sums.threadMillis, 2 * 20);
  });
});

describe('The history of the last minutes', () => {
  const options = { seconds: 4, nodes: 1_000_000 };
  const hits = (a: number, b = 0): Profile => counted([{ id: 0, hits: { a, b } }]);

  it('keeps what came in each second, and any span of them', () => {
    const history = new History(options);
    history.add(hits(100), BEGAN + 60_000, false);
    history.add(hits(110), BEGAN + 61_000, false);
    history.add(hits(110, 5), BEGAN + 62_000, true);
    history.add(hits(111, 5), BEGAN + 63_500, false);
    const seconds = history.secondsAfter(0);
    assert.deepEqual(
      seconds.map(({ atMillis, durationMillis, samples, busyMillis, idleMillis, stalled }) => [
        ...[atMillis - BEGAN, durationMillis, samples, busyMillis, idleMillis, stalled],
      ]),
      [
        [60_000, 1000, 10, 100, 100, false],
        [61_000, 1000, 5, 50, 50, true],
        [62_000, 1500, 1, 10, 10, false],
      ],
    );
    assert.equal(history.secondsAfter(BEGAN + 61_000).length, 1);
    const span = history.span(BEGAN + 60_900, BEGAN + 63_500);
    assert.ok(span !== undefined);
    assert.equal(stacksOf(span.profile), 'a 1, b 5');
    assert.deepEqual([span.fromMillis - BEGAN, span.toMillis - BEGAN], [61_000, 63_500]);
    const part = history.span(BEGAN + 61_100, BEGAN + 61_200);
    assert.equal(stacksOf(part?.profile as Profile), 'b 5');
    assert.equal(history.span(BEGAN, BEGAN + 1000), undefined);
  });

  it('begins with counts that are new, not with those of hours', () => {
    const history = new History(options);
    history.add(hits(3), BEGAN + 90_000, false, BEGAN + 89_000);
    const [second] = history.secondsAfter(0);
    assert.deepEqual([second?.samples, second?.durationMillis], [3, 1000]);
    const late = new History(options);
    late.add(hits(3), BEGAN + 90_000, false, BEGAN);
    assert.deepEqual(late.secondsAfter(0), []);
  });

  it('leaves out pauses', () => {
    const history = new History(options);
    history.add(hits(1), BEGAN + 60_000, false);
    history.add(hits(2), BEGAN + 61_000, false);
    history.resume(BEGAN + 90_000);
    history.add(hits(4), BEGAN + 91_000, false);
    assert.deepEqual(
      history.secondsAfter(0).map(({ atMillis, samples }) => [atMillis - BEGAN, samples]),
      [
        [60_000, 1],
        [90_000, 2],
      ],
    );
  });

  it('forgets when the counts were reset', () => {
    const history = new History(options);
    history.add(hits(1), BEGAN + 60_000, false);
    history.add(hits(2), BEGAN + 61_000, false);
    history.add(counted([{ id: 0, hits: { a: 1 } }], BEGAN + 61_500), BEGAN + 90_000, false);
    assert.deepEqual(history.secondsAfter(0), []);
  });

  it('keeps no more seconds, and no more nodes, than it may', () => {
    const few = new History(options);
    for (let i = 0; i < 10; i++) few.add(hits(i), BEGAN + 60_000 + i * 1000, false);
    assert.deepEqual(
      few.secondsAfter(0).map(({ atMillis }) => atMillis - BEGAN),
      [65_000, 66_000, 67_000, 68_000],
    );
    // Three nodes each: root, (idle), a.
    const small = new History({ seconds: 100, nodes: 10 });
    for (let i = 0; i < 10; i++) small.add(hits(i), BEGAN + 60_000 + i * 1000, false);
    assert.equal(small.secondsAfter(0).length, 3);
  });
});
