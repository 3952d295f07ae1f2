'use strict';

// Run in an empty project that has the packed package installed.

const assert = require('node:assert/strict');
const { SimpleLauncher } = require('ox-profile');
const { findsBurn } = require('./burn.cjs');

assert.equal(typeof require('ox-profile/package.json').version, 'string');
assert.ok(findsBurn(SimpleLauncher));
