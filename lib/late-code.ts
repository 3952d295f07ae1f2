import { randomUUID } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { compileFunction, runInThisContext } from 'node:vm';
import type { Profiler, Session } from 'node:inspector';

import type { LateCode } from './options';

/*
 * V8's profiler does not know code that was optimized before it listened where
 * that code was entered in the middle of a loop (on-stack replacement), nor, in
 * part, what was inlined into it. Their time is put on the callers: in a program
 * that is one hot loop, all of it. Switching the inspector's precise coverage on
 * throws all optimized code away; what is compiled anew is known, and soon as
 * fast as before.
 */

/** What became of code that was hot before the profiler listened. */
export type LateCodeState =
  /** V8 knows such code, or there can be none. */
  | 'none'
  | 'repaired'
  /** Left as it is: asked for, or too dear. */
  | 'left'
  /** Could not be repaired: no inspector, or coverage is in use. */
  | 'unrepairable';

/** Milliseconds of running below which no code is taken to be hot. */
const YOUNG_MILLIS = 20;

/**
 * Bytes of heap up to which it is repaired unasked. The repair walks the heap:
 * measured (docs/late-loading.md) at about 1 ms per MB on top of 10 to 25 ms.
 */
const CHEAP_HEAP_BYTES = 32 * 1024 * 1024;

/**
 * Repairs what the program left behind before the profiler listened, if that is
 * wanted.
 *
 * @param programMillis milliseconds that the program had run by then
 */
export function dealWithLateCode(
  wanted: LateCode | undefined,
  programMillis: number,
): LateCodeState {
  if (wanted === undefined && programMillis < YOUNG_MILLIS) return 'none';
  if (wanted === 'leave') return 'left';
  if (wanted === undefined && getHeapStatistics().used_heap_size > CHEAP_HEAP_BYTES) return 'left';
  return repair() ? 'repaired' : 'unrepairable';
}

/** What a reader of the figures has to know about it, or nothing. */
export function lateCodeNote(state: LateCodeState): string | undefined {
  switch (state) {
    case 'none':
    case 'repaired':
      return undefined;
    case 'left':
      return (
        'code that was hot before the profiler was loaded may be shown on its callers; ' +
        "load the profiler first, or use lateCode: 'repair'"
      );
    case 'unrepairable':
      return (
        'code that was hot before the profiler was loaded may be shown on its callers; ' +
        'it is not repaired while code coverage is in use or without an inspector: ' +
        'load the profiler first'
      );
  }
}

function repair(): boolean {
  if (process.env.NODE_V8_COVERAGE !== undefined) return false;
  let session: Session;
  try {
    // Not at the top: Node can be built without an inspector.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const inspector = require('node:inspector') as typeof import('node:inspector');
    session = new inspector.Session();
    session.connect();
  } catch {
    return false;
  }
  try {
    // Not enabled before this is known: a session that was enabled switches
    // coverage off, for everybody, when it disconnects.
    if (coverageInUse(session)) return false;
    session.post('Profiler.enable');
    let failed = false;
    session.post('Profiler.startPreciseCoverage', { callCount: true }, (error) => {
      failed = error !== null;
    });
    session.post('Profiler.stopPreciseCoverage');
    return !failed;
  } finally {
    session.disconnect();
  }
}

/**
 * Whether somebody (a test runner, a debugger) has precise coverage switched on.
 * The mode belongs to the isolate and no session can read it, but it shows in
 * the best guess that V8 otherwise makes of what has run. Precise coverage
 * counts a function at its entry, and not when it is made. The guess counts it
 * when something in it was left, and (on Node 20) when it is made. So a function
 * that was entered and never left, and one that was made and never entered, tell
 * the two apart. If they tell nothing, it is taken to be on.
 */
function coverageInUse(session: Session): boolean {
  const entered = `ox-profile-coverage-probe-${randomUUID()}`;
  const made = `ox-profile-coverage-probe-${randomUUID()}`;
  // Held until it is looked for.
  const neverEntered = compileFunction('return 1', [], { filename: made });
  const neverLeft = runInThisContext('(function probe() { throw undefined; })', {
    filename: entered,
  }) as () => void;
  try {
    neverLeft();
  } catch {
    // It only throws.
  }
  let inUse = true;
  session.post(
    'Profiler.getBestEffortCoverage',
    (error: Error | null, answer: Profiler.GetBestEffortCoverageReturnType) => {
      if (error !== null) return;
      const countOf = (url: string, name: string): number | undefined =>
        answer.result
          .find((script) => script.url === url)
          ?.functions.find(({ functionName }) => functionName === name)?.ranges[0]?.count;
      inUse = countOf(entered, 'probe') !== 0 && countOf(made, neverEntered.name) !== 1;
    },
  );
  return inUse;
}
