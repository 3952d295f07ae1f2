// Fails when the prebuilt addons of a release are not all in prebuilds/.
// Used by the release workflow once it has collected them.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { root } from './node-versions.mjs';
import { releasePrebuilds } from './prebuilds.mjs';

const expected = releasePrebuilds();
const missing = expected.filter((path) => !existsSync(join(root, path)));
for (const path of missing) console.error(`Missing: ${path}`);
console.log(`${expected.length - missing.length} of ${expected.length} prebuilds are there`);
if (missing.length > 0) process.exitCode = 1;
