import { randomUUID } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { runInThisContext } from 'node:vm';
import type { Profiler, Session } from 'node:inspector';

import type { LateCode } from './options';

/*
 * From V8 12 (Node 22) on, V8's profiler does not know what was inlined into
 * code that was optimized before it listened, and puts that time on the callers.
 * Switching the inspector's precise coverage on throws all optimized code away;
 * what is compiled anew is known, and soon as fast as before.
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

const FIRST_MAJOR_WITH_THE_FAULT = 22;

/** Milliseconds of running below which no code is taken to be optimized. */
const YOUNG_MILLIS = 100;

/**
 * Bytes of heap up to which it is repaired unasked. The repair walks the heap:
 * measured (docs/late-loading.md) at about 1 ms per MB on top of 10 to 25 ms.
 */
const CHEAP_HEAP_BYTES = 64 * 1024 * 1024;

const major = Number(process.versions.node.split('.')[0]);

/** Repairs what the program's start left behind, if that is wanted. */
export function dealWithLateCode(wanted: LateCode | undefined): LateCodeState {
  if (major < FIRST_MAJOR_WITH_THE_FAULT) return 'none';
  if (wanted === undefined && millisSinceBootstrap() < YOUNG_MILLIS) return 'none';
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

function millisSinceBootstrap(): number {
  return performance.now() - Math.max(0, performance.nodeTiming.bootstrapComplete);
}

function repair(): boolean {
  if (process.env['NODE_V8_COVERAGE'] !== undefined) return false;
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
    session.post('Profiler.enable');
    if (coverageInUse(session)) return false;
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
 * what coverage knows of a function that was entered once and never returned:
 * it is counted only where functions are counted from their first call on.
 */
function coverageInUse(session: Session): boolean {
  const filename = `ox-profile-coverage-probe-${randomUUID()}`;
  const probe = runInThisContext('(function probe() { throw undefined; })', { filename }) as () => void;
  try {
    probe();
  } catch {
    // It only throws.
  }
  let counted = true;
  session.post(
    'Profiler.getBestEffortCoverage',
    (error: Error | null, answer: Profiler.GetBestEffortCoverageReturnType) => {
      if (error !== null) return;
      const script = answer.result.find(({ url }) => url === filename);
      const found = script?.functions.find(({ functionName }) => functionName === 'probe');
      counted = found?.ranges[0]?.count !== 0;
    },
  );
  return counted;
}
