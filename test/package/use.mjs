// Run in an empty project that has the packed package installed.

import assert from 'node:assert/strict';
import oxProfile, { SimpleLauncher } from 'ox-profile';
import burn from './burn.cjs';

assert.equal(oxProfile.SimpleLauncher, SimpleLauncher);
assert.ok(burn.findsBurn(SimpleLauncher));
