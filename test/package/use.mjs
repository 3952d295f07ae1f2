// Run in an empty project that has the packed package installed.

import assert from 'node:assert/strict';
import DefaultLauncher, { SimpleLauncher } from 'ox-profile';
import burn from './burn.cjs';

assert.equal(DefaultLauncher, SimpleLauncher);
assert.ok(burn.findsBurn(SimpleLauncher));
