import assert from 'node:assert/strict';
import { join } from 'node:path';

import { root, runNode } from '../support/children';

interface Measured {
  rssMegabytes: number;
  nodes: number;
  frames: number;
  joined: number;
  endedApart: number;
  alive: number;
  systemThreads: number;
}

interface Storm {
  before: Measured;
  halfway: Measured;
  after: Measured;
  exits: Record<string, number>;
  workMillis: number;
  foundMillis: number;
  foundHits: number;
  hitsOfEarlier: number;
  parks: number;
}

const WORKERS = 500;
const MAX_NODES = 20_000;

/**
 * The second half of the workers leaves the process at most so much larger: a
 * few megabytes of what the system's allocator has not put together again yet.
 * What one worker holds of V8's profiler alone would be 130 MB by then.
 */
const MOST_GROWTH_MEGABYTES = 48;

/** As native/count_table.cc has it. */
const MOST_ENDED_THREADS = 64;

describe('a storm of workers', () => {
  let storm: Storm;

  before(async function () {
    this.timeout(120_000);
    const ended = await runNode([
      '--expose-gc',
      join(root, 'test', 'workloads', 'worker-storm.js'),
      JSON.stringify({ workers: WORKERS, maxNodes: MAX_NODES }),
    ]);
    assert.deepEqual([ended.code, ended.signal, ended.stderr], [0, null, '']);
    storm = JSON.parse(ended.stdout) as Storm;
  });

  it('ends each worker as it would without a profiler', () => {
    const { exits } = storm;
    const each = WORKERS / Object.keys(exits).length;
    const ways = Object.fromEntries(
      [
        ...['works: 0', 'exits: 3', 'throws: 1', 'is terminated at work: 1'],
        ...['is terminated in a drain: 1', 'is terminated while asked: 1'],
        ...['is terminated in its exit listener: 1', 'is terminated while parked: 1'],
      ].map((way) => [way, each]),
    );
    // How one ends that is terminated before its code runs is for Node to say.
    const early = /^is terminated (at once|when online)/;
    const late = Object.entries(exits).filter(([way]) => !early.test(way));
    assert.deepEqual(Object.fromEntries(late), ways);
  });

  it('leaves no threads behind, and bounds what is kept of those that ended', () => {
    const { halfway, after, before } = storm;
    for (const { endedApart, alive } of [halfway, after]) {
      assert.equal(endedApart, MOST_ENDED_THREADS);
      assert.equal(alive, 1);
    }
    // One of the addon's or of Node's own may come and go.
    assert.ok(after.systemThreads <= before.systemThreads + 2, JSON.stringify(storm));
    assert.ok(after.joined > WORKERS / 2, JSON.stringify(after));
  });

  it('does not grow', () => {
    const { halfway, after } = storm;
    const growth = after.rssMegabytes - halfway.rssMegabytes;
    assert.ok(growth < MOST_GROWTH_MEGABYTES, `${growth} MB: ${JSON.stringify(storm)}`);
    assert.ok(after.nodes <= MAX_NODES && after.frames <= MAX_NODES, JSON.stringify(after));
  });

  it('counts the samples of its workers, also of those that ended first', () => {
    const { foundHits, hitsOfEarlier, foundMillis, workMillis } = storm;
    assert.ok(hitsOfEarlier > 0 && foundHits > hitsOfEarlier, JSON.stringify(storm));
    // Each worked for some twenty samples: the times of one are off by a few, and
    // what it did before and after is divided among them too.
    const share = foundMillis / workMillis;
    assert.ok(share > 0.6 && share < 1.6, `${share}: ${JSON.stringify(storm)}`);
  });

  it('has parked threads too', () => {
    assert.ok(storm.parks > 0);
  });
});
