// npm run demo: puts the service under load and shows, each second and while it
// goes on, where its time goes.

// First, so that it knows all code from its beginning.
import { SimpleLauncher } from 'ox-profile';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createService } from './service.mjs';

const SECONDS = 8;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const foldedFile = join(root, 'demo.folded');

/** autocannon in a process of its own, so that its work is not the service's. */
function startLoad(port, paths) {
  const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js');
  const urls = paths.map((path) => `http://127.0.0.1:${port}${path}`);
  const args = [autocannon, '--connections', '8', '--duration', String(SECONDS), '--json'];
  const child = spawn(process.execPath, [...args, ...urls], { stdio: ['ignore', 'pipe', 'ignore'] });
  let json = '';
  child.stdout.on('data', (chunk) => (json += chunk));
  return once(child, 'close').then(() => JSON.parse(json));
}

function print(title, table) {
  // On a terminal the table stays in its place.
  if (process.stdout.isTTY) process.stdout.write('\x1b[2J\x1b[H');
  process.stdout.write(`${title}\n\n${table}\n`);
}

const profiler = SimpleLauncher.launch();
const { server, paths } = await createService(root);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();

let second = 0;
const ticker = setInterval(() => {
  second++;
  print(`${paths.length} documents under load, second ${second} of ${SECONDS}`, profiler.show());
}, 1000);
const load = await startLoad(port, paths);
clearInterval(ticker);
server.close();

profiler.pause();
await writeFile(foldedFile, profiler.profile().toCollapsed());
print(
  `${load.requests.total} requests, ${load.requests.average} a second, ` +
    `p99 latency ${load.latency.p99} ms, ${load.non2xx + load.errors} failed`,
  profiler.show({ limit: 15, sort: 'self' }),
);
process.stdout.write(
  `Folded stacks: ${relative(process.cwd(), foldedFile)} ` +
    '(open it with speedscope, or flamegraph.pl)\n',
);
profiler.cancel();
