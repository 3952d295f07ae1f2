// Gives this thread a lower priority than the application's threads have, where
// that can be done: on a machine of few cores they would wait for it otherwise,
// and for the collectors that it shares with them. Threads that this one starts
// inherit it: it must do nothing for which Node.js starts its pool of threads.

import { constants, getPriority, setPriority } from 'node:os';

const { PRIORITY_BELOW_NORMAL } = constants.priority;

// Elsewhere that would be the priority of the process.
if (process.platform === 'linux' || process.platform === 'android') {
  try {
    // More is less. The program may be modest itself.
    if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
  } catch {
    // It is not allowed to be modest.
  }
}
