import assert from 'node:assert/strict';

import { runWorkload } from '../support/children';

interface Wide {
  nodes: number;
  frames: number;
  hits: number;
  samples: number;
  durationMillis: number;
  unattributedMillis: number;
  dropped: number;
  wallMillis: number;
  truncated: number;
}

function assertTimesAddUp({ wallMillis, unattributedMillis, durationMillis }: Wide): void {
  assert.ok(
    Math.abs((wallMillis + unattributedMillis) / durationMillis - 1) < 0.01,
    `${String(wallMillis)} of ${String(durationMillis)} ms`,
  );
}

describe('the count table of a wide program', () => {
  it('holds thousands of functions in thousands of stacks', async () => {
    const wide = await runWorkload<Wide>('wide', { nodes: 5001 });
    assert.ok(wide.nodes > 5000, String(wide.nodes));
    assert.equal(wide.dropped, 0);
    assertTimesAddUp(wide);
  });

  it('counts what no longer fits as truncated and dropped', async () => {
    const wide = await runWorkload<Wide>('wide', { dropped: 100, launcher: { maxNodes: 500 } });
    // A few nodes for states and their frames come on top.
    assert.ok(wide.nodes <= 510 && wide.frames <= 510, `${String(wide.nodes)} nodes`);
    assert.ok(wide.dropped >= 100, String(wide.dropped));
    assert.equal(wide.truncated, wide.dropped);
    assertTimesAddUp(wide);
  });
});

describe('the names of functions', () => {
  it('stay right while code comes and goes', async () => {
    const { seen, wrong } = await runWorkload<{ seen: number; wrong: unknown[] }>(
      'churn',
      { functions: 200 },
      ['--expose-gc'],
    );
    assert.deepEqual(wrong, []);
    assert.ok(seen >= 200, `${String(seen)} seen`);
  });
});
