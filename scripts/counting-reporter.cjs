'use strict';

// Mocha's spec reporter, which also appends a line of JSON to the file that the
// environment variable OX_TEST_COUNTS names:
//
//   { passed, failed, skipped, failures, tests }
//
// `failures` says of each failed test what it is called and the first line of its
// error; `tests` of each test its title, how long it took in milliseconds, and
// whether it failed.

const { appendFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS } = Runner.constants;

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.OX_TEST_COUNTS;
    if (file === undefined) return;
    const failed = [];
    const tests = [];
    const note = (test, hasFailed) =>
      tests.push({ title: test.fullTitle(), millis: test.duration ?? 0, failed: hasFailed });
    runner.on(EVENT_TEST_PASS, (test) => note(test, false));
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      const [first] = String(error?.message ?? error).split('\n');
      failed.push(`Node ${process.versions.node}: ${test.fullTitle()}: ${first}`);
      note(test, true);
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const counts = { passed: passes, failed: failures, skipped: pending, failures: failed, tests };
      appendFileSync(file, `${JSON.stringify(counts)}\n`);
    });
  }
};
