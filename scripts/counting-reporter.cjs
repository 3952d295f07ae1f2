'use strict';

// Mocha's spec reporter, which also appends a line {"passed", "failed",
// "skipped", "failures"} to the file that the environment variable
// OX_TEST_COUNTS names. `failures` says of each failed test what it is called
// and the first line of its error.

const { appendFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.OX_TEST_COUNTS;
    if (file === undefined) return;
    const failed = [];
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => {
      const [first] = String(error?.message ?? error).split('\n');
      failed.push(`Node ${process.versions.node}: ${test.fullTitle()}: ${first}`);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const counts = { passed: passes, failed: failures, skipped: pending, failures: failed };
      appendFileSync(file, `${JSON.stringify(counts)}\n`);
    });
  }
};
