// Loaded in a worker before its own code, see worker-hook.ts. Whatever happens
// here, the worker goes on.

try {
  // Not at the top: loading the addon may fail.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const hook = require('./worker-hook') as typeof import('./worker-hook');
  hook.hidePreload();
  hook.hookWorkers();
} catch {
  // Not profiled.
}
