import assert from 'node:assert/strict';

import { FrameKind, Profile } from 'ox-profile';
import { ProfileBuilder } from '../../dist/profile/builder';
import { wholeOf } from '../../dist/profile/shares';
import {
  differenceInterval,
  fisherP,
  holm,
  normalTails,
  twoProportionP,
  wilson,
} from '../../dist/profile/statistics';
import { profileOf, randomStacks, thread } from '../support/stacks';
import { itDraws } from '../support/random';

function near(actual: number, expected: number, relative = 1e-6): void {
  assert.ok(Math.abs(actual - expected) <= Math.abs(expected) * relative, `${String(actual)} is not ${String(expected)}`);
}

describe('wilson()', () => {
  it('gives the intervals of the literature', () => {
    // Newcombe 1998, Statistics in Medicine 17, 857: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    const known: [number, number, number, number][] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ];
    for (const [hits, n, low, high] of known) {
      const interval = wilson(hits / n, n);
      assert.equal(Number(interval.low.toFixed(4)), low);
      assert.equal(Number(interval.high.toFixed(4)), high);
    }
  });

  it('stays between 0 and 1, and knows nothing without samples', () => {
    assert.deepEqual(wilson(0, 0), { low: 0, high: 1 });
    for (const n of [1, 7, 1e6, 1e12]) {
      assert.equal(wilson(0, n).low, 0);
      assert.equal(wilson(1, n).high, 1);
      assert.ok(wilson(1, n).low < 1 && wilson(0, n).high > 0);
    }
  });

  it('holds the true share in 95 % of cases', () => {
    for (const [p, n] of [[0.02, 300], [0.3, 40], [0.9, 120]] as const) {
      let held = 0;
      // The chance of so many hits, from that of one hit less.
      let chance = (1 - p) ** n;
      for (let hits = 0; hits <= n; hits++) {
        const { low, high } = wilson(hits / n, n);
        if (low <= p && p <= high) held += chance;
        chance *= ((n - hits) / (hits + 1)) * (p / (1 - p));
      }
      // Its coverage moves around 95 % with p and n.
      assert.ok(held > 0.935 && held < 0.975, String(held));
    }
  });
});

describe('normalTails()', () => {
  it('gives what tables give, however far out', () => {
    const known: [number, number][] = [
      [0, 1],
      [1, 0.31731050786291415],
      [1.959963984540054, 0.05],
      [3, 0.002699796063260189],
      [3.5, 0.0004652581580710503],
      [3.6, 0.0003182171803150673],
      [6, 1.9731752898266564e-9],
      [-10, 1.523970604832105e-23],
    ];
    for (const [z, chance] of known) near(normalTails(z), chance, 1e-9);
    assert.equal(normalTails(Infinity), 0);
  });
});

describe('fisherP()', () => {
  it("gives Fisher's own figures", () => {
    near(fisherP(3, 4, 1, 4), 0.4857142857, 1e-9);
    near(fisherP(1, 10, 11, 14), 0.0027594561852, 1e-9);
    assert.equal(fisherP(0, 5, 0, 9), 1);
    assert.equal(fisherP(5, 5, 9, 9), 1);
    near(fisherP(1, 10, 0, 1000), 10 / 1010, 1e-9);
  });

  itDraws('agrees with all tables counted out', (random) => {
    const choose = (n: number, k: number): number => {
      let product = 1;
      for (let i = 1; i <= k; i++) product = (product * (n - k + i)) / i;
      return product;
    };
    for (let run = 0; run < 500; run++) {
      const [n1, n2] = [random.between(1, 20), random.between(1, 20)];
      const [hits1, hits2] = [random.between(0, n1), random.between(0, n2)];
      const chance = (k: number): number =>
        k < 0 || k > n1 || hits1 + hits2 - k < 0 || hits1 + hits2 - k > n2
          ? 0
          : (choose(n1, k) * choose(n2, hits1 + hits2 - k)) / choose(n1 + n2, hits1 + hits2);
      let expected = 0;
      for (let k = 0; k <= n1; k++) if (chance(k) <= chance(hits1) * (1 + 1e-9)) expected += chance(k);
      near(fisherP(hits1, n1, hits2, n2), expected, 1e-9);
    }
  });
});

describe('twoProportionP()', () => {
  it('is the pooled z-test', () => {
    // 15 % of 200 against 25 % of 200: pooled 0.2, z = 0.1 / sqrt(0.16 / 100) = 2.5.
    near(twoProportionP(0.15, 200, 0.25, 200), normalTails(2.5), 1e-9);
    near(twoProportionP(0.25, 200, 0.15, 200), 0.0124193306515521, 1e-9);
    near(twoProportionP(0.3, 100, 0.3, 50), 1, 1e-12);
  });

  it('proves nothing with a few samples, or none', () => {
    assert.equal(twoProportionP(0.5, 0, 0.5, 100), 1);
    assert.equal(twoProportionP(0, 100, 0, 50), 1);
    assert.equal(twoProportionP(1, 100, 1, 50), 1);
    // The z-test would say 10⁻²³ here.
    near(twoProportionP(0, 1000, 0.1, 10), 10 / 1010, 1e-9);
  });
});

describe('differenceInterval()', () => {
  it("gives Newcombe's figures", () => {
    // Newcombe 1998, table II: 56/70 - 48/80 is 0.0524 to 0.3339, 9/10 - 3/10 is 0.1705 to 0.8090.
    for (const [hits2, n2, hits1, n1, low, high] of [[56, 70, 48, 80, 0.0524, 0.3339], [9, 10, 3, 10, 0.1705, 0.809]] as const) {
      const interval = differenceInterval(hits1 / n1, n1, hits2 / n2, n2);
      assert.equal(Number(interval.low.toFixed(4)), low);
      assert.equal(Number(interval.high.toFixed(4)), high);
    }
  });
});

describe('holm()', () => {
  it('multiplies the smallest by all, the next by one less, and never falls', () => {
    const corrected = [...holm(Float64Array.of(0.01, 0.04, 0.03, 0.005))];
    corrected.forEach((each, index) => near(each, [0.03, 0.06, 0.06, 0.02][index]!, 1e-12));
    assert.deepEqual([...holm(Float64Array.of(0.9, 0.8))], [1, 1]);
    assert.deepEqual([...holm(new Float64Array(0))], []);
  });
});

describe('Profile.topFunctions() in percent', () => {
  const shape = { threads: 3, stacks: 60, depth: 5, functions: 9 };

  itDraws('are of all samples, or of all time, at work', (random) => {
    for (let count = 0; count < 20; count++) {
      const stacks = randomStacks(random, shape);
      const profile = profileOf(stacks, shape);
      for (const [value, amount] of [['samples', 'hits'], ['wall', 'wall'], ['cpu', 'cpu']] as const) {
        const work = stacks.filter(({ frames }) => !['(idle)', '(profiler)'].includes(frames[0]!.name));
        const whole = work.reduce((sum, each) => sum + each[amount], 0);
        assert.equal(wholeOf(profile, value).amount, whole);
        const records = profile.topFunctions({ value });
        for (const { name, share, selfShare, shareInterval, selfShareInterval } of records) {
          const has = work.filter(({ frames }) => frames.some((each) => each.name === name));
          const isLeaf = work.filter(({ frames }) => frames.at(-1)!.name === name);
          near(share, (100 * has.reduce((sum, each) => sum + each[amount], 0)) / whole, 1e-9);
          near(selfShare, (100 * isLeaf.reduce((sum, each) => sum + each[amount], 0)) / whole, 1e-9);
          assert.ok(shareInterval.low <= share && share <= shareInterval.high);
          assert.ok(selfShareInterval.low <= selfShare && selfShare <= selfShareInterval.high);
        }
        assert.deepEqual(records.map(({ share }) => share), records.map(({ share }) => share).sort((a, b) => b - a));
      }
    }
  });

  function timed(...counts: [hits: number, wall: number][]): Profile {
    const builder = new ProfileBuilder();
    const root = builder.thread(thread(0, 'main'));
    counts.forEach(([hits, wall], index) => {
      builder.add(builder.child(root, builder.frame({ name: `f${String(index)}`, url: '', line: 0, column: 0 })), hits, wall);
    });
    return builder.finish({ startMillis: 0, intervalMillis: 1, realInterval: null, dropped: 0 });
  }

  it('of time are as sure as the samples that divided it', () => {
    // Equal weights: each sample tells as much as any other.
    near(wholeOf(timed([30, 300], [10, 100]), 'wall').samples, 40, 1e-12);
    // Ten samples of a hundred times the weight drown the others.
    const { samples } = wholeOf(timed([1000, 1000], [10, 10_000]), 'wall');
    assert.ok(samples > 10 && samples < 13, String(samples));
    // Time alone says nothing of how it was found.
    const [first] = timed([0, 50], [0, 50]).topFunctions({ value: 'wall' });
    assert.deepEqual([first?.share, first?.shareInterval], [50, { low: 0, high: 100 }]);
  });

  it('of states that are no work are none', () => {
    const builder = new ProfileBuilder();
    const root = builder.thread(thread(0, 'main'));
    const state = { name: '(idle)', url: '', line: 0, column: 0 };
    builder.add(builder.child(root, builder.frame(state, FrameKind.idle)), 7, 7e6);
    builder.add(builder.child(root, builder.frame({ ...state, name: 'f' })), 5, 5e6);
    const profile = builder.finish({ startMillis: 0, intervalMillis: 1, realInterval: null, dropped: 0 });
    const idle = profile.topFunctions({ includeSystem: true }).find(({ name }) => name === '(idle)');
    assert.ok(idle && idle.hits > 0);
    assert.deepEqual([idle.share, idle.shareInterval], [0, { low: 0, high: 0 }]);
  });

  itDraws('are of a value that was measured', (random) => {
    const stacks = randomStacks(random, shape);
    const cpu = profileOf(stacks, { ...shape, values: ['cpu'] });
    assert.ok(cpu.topFunctions()[0]!.share > 0);
    assert.throws(() => cpu.topFunctions({ value: 'wall' }), { code: 'ERR_PROFILER_INVALID_ARG_TYPE', message: /Expected 'cpu' for value/ });
  });
});
