import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Arguments that spare node-gyp a download where this Node came with headers. */
export function headerArguments() {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  const found = existsSync(join(prefix, 'include', 'node', 'node_version.h'));
  return found ? [`--nodedir=${prefix}`] : [];
}
