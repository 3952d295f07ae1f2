import assert from 'node:assert/strict';

import { Profile } from 'ox-profile';
import { ProfileBuilder } from '../../dist/profile/builder';
import { checkValid } from '../../dist/profile/check-valid';
import { thread } from '../support/stacks';
import { itDraws, type Random } from '../support/random';

const NODES = 100_000;
const THREADS = 20;
const description = { startMillis: 0, intervalMillis: 10, realInterval: null, dropped: 0 };

/** As wide programs are: many functions, stacks of some forty frames. */
function wide(random: Random): Profile {
  const builder = new ProfileBuilder();
  const frames = Array.from({ length: 5000 }, (_, index) => {
    const url = index % 3 === 0 ? `/app/node_modules/p${String(index % 90)}/index.js` : `/app/f${String(index % 50)}.js`;
    return builder.frame({ name: `f${String(index)}`, url: index % 7 === 0 ? 'node:fs' : url, line: index, column: 1 });
  });
  const nodes: { node: number; depth: number }[] = [];
  for (let id = 0; id < THREADS; id++) nodes.push({ node: builder.thread(thread(id, `t${String(id)}`, 1e9)), depth: 0 });
  while (builder.length < NODES) {
    // From the last ones mostly, so that stacks get deep.
    const near = random.chance(0.9) ? random.between(Math.max(0, nodes.length - 60), nodes.length - 1) : random.between(0, nodes.length - 1);
    const { node, depth } = nodes[near]!;
    if (depth > 60) continue;
    const child = builder.child(node, random.pick(frames));
    builder.add(child, random.between(1, 9), 1e6, 1e6);
    builder.addLine(child, random.between(1, 99), 1);
    nodes.push({ node: child, depth: depth + 1 });
  }
  return builder.finish(description);
}

/** One stack of all nodes, each the leaf of samples: no engine makes it, a file may. */
function deep(): Profile {
  const builder = new ProfileBuilder();
  let node = builder.thread(thread(0, 'main', 1e9));
  for (let depth = 1; depth < NODES; depth++) {
    node = builder.child(node, builder.frame({ name: `f${String(depth % 10)}`, url: '', line: 0, column: 0 }));
    builder.add(node, 1, 1, 1);
  }
  return builder.finish(description);
}

function work(profile: Profile, other: Profile): void {
  const { samples } = profile.sums;
  const derived = {
    merged: Profile.merge(profile, other),
    inverted: profile.invert({ maxNodes: 200_000 }),
    focused: profile.focus(/f1/),
    ignored: profile.ignore('f1'),
    hidden: profile.hide({ nodeInternals: true, nodeModules: true }),
  };
  for (const each of Object.values(derived)) checkValid(each);
  assert.equal(derived.merged.sums.samples, samples + other.sums.samples);
  assert.equal(derived.inverted.sums.samples, samples);
  assert.equal(derived.focused.sums.samples + derived.ignored.sums.samples, samples);
  assert.equal(derived.hidden.sums.samples, samples);
  const parts = profile.byThread();
  assert.equal(parts.reduce((sum, each) => sum + each.profile.sums.samples, 0), samples);
  const [first] = profile.topFunctions({ sort: 'self' });
  assert.ok(profile.byPackage().length > 0);
  assert.equal(profile.lines(first!).reduce((sum, each) => sum + each.hits, 0), first!.selfHits);
  const diff = Profile.diff(profile, other);
  assert.equal(diff.before.sums.samples, samples);
  assert.ok(diff.functions({ limit: 10 }).length === 10);
  assert.ok(Array.isArray(diff.slower({ value: 'wall' })));
}

describe('a profile of 100 000 nodes', () => {
  itDraws('of 20 threads is merged, compared, filtered and walked', (random) => {
    const profile = wide(random);
    checkValid(profile);
    assert.ok(profile.length === NODES && profile.depth.some((each) => each > 40));
    work(profile, profile.focus('f2'));
  });

  it('in one stack is, too', () => {
    const profile = deep();
    checkValid(profile);
    assert.equal(profile.length, NODES);
    work(profile, profile);
  });

  itDraws('is bounded when it is inverted', (random) => {
    const profile = wide(random);
    const leaves = [...profile.invert({ maxNodes: 1 }).depth].filter((depth) => depth === 1).length;
    assert.ok(leaves > 10_000);
    const { length } = profile.invert({ maxNodes: 150_000 });
    assert.ok(length <= 150_001 && length > 149_000, String(length));
    const all = deep().invert({ maxNodes: 5000 });
    assert.ok(all.length <= 5000, String(all.length));
  });
});
