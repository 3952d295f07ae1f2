import assert from 'node:assert/strict';

import { SimpleLauncher } from 'ox-profile';
import { sleepSync } from '../support/burn';

// ox_profile's own integration test and doctest, carried over.

describe("ox_profile's own tests", () => {
  it('find a function that took three times as long above one that took once', () => {
    const profiler = SimpleLauncher.launch();
    function slow(): void {
      sleepSync(1500);
    }
    function quick(): void {
      sleepSync(500);
    }
    slow();
    quick();
    profiler.pause();
    const { records, totalRecords } = profiler.query({ filter: 'slow|quick', maxRecords: 2 });
    profiler.cancel();
    assert.equal(totalRecords, 2);
    const [first, second] = records;
    assert.deepEqual([first?.name, second?.name], ['slow', 'quick']);
    assert.ok((first?.hits ?? 0) > (second?.hits ?? 0));
  });

  it('start paused, unpause, pause, query and cancel', () => {
    const profiler = new SimpleLauncher();
    profiler.start();
    profiler.unpause();
    do sleepSync(50);
    while (profiler.query().samples === 0);
    profiler.pause();
    const { records } = profiler.query();
    const info = records.map(({ name, hits }) => `${name}: ${String(hits)}`);
    assert.ok(info.length > 0, 'no items in query');
    profiler.cancel();
    assert.equal(profiler.isAlive(), false);
  });
});
