'use strict';

// Run in an empty project that has the packed package installed.

const assert = require('node:assert/strict');
// Before whoever takes Worker out of its module.
const { SimpleLauncher } = require('ox-profile');
const { Worker } = require('node:worker_threads');
const { observe } = require('ox-profile/observe');
const { findsBurn } = require('./burn.cjs');

assert.equal(typeof require('ox-profile/package.json').version, 'string');
assert.ok(findsBurn(SimpleLauncher));

// A worker joins by itself, and is seen from here.
const launcher = SimpleLauncher.launch({ intervalMillis: 1 });
const worker = new Worker(
  `require(${JSON.stringify(require.resolve('./burn.cjs'))}).burn(1);`,
  { eval: true },
);
worker.once('exit', (code) => {
  assert.equal(code, 0);
  const [found] = launcher.query({ thread: 1, filter: '^burn$' }).records;
  assert.ok(found?.hits > 0);
  launcher.cancel();
});
observe()
  .stacks()
  .then((stacks) => assert.ok(stacks.some(({ name }) => name === 'main')));

// The pages are there, with what they load, and each entry point of theirs.
for (const framework of ['http', 'express', 'fastify', 'koa']) {
  assert.equal(typeof Object.values(require(`ox-profile/${framework}`))[0], 'function');
}
launcher.serve().then(async ({ url, close }) => {
  const page = await fetch(url);
  assert.match(await page.text(), /page\.js/);
  for (const file of ['assets/page.js', 'assets/page.css', 'status.json']) {
    assert.equal((await fetch(url + file)).status, 200, file);
  }
  await close();
});
