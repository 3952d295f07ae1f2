import { ProfilerError } from '../errors';
import type { ProfileDiff } from './diff';
import { FrameKind } from './frames';
import type { Profile } from './profile';
import { selfColumn } from './shares';
import { valueTypes } from './values';

function fail(rule: string, where: string): never {
  throw new ProfilerError(
    'ERR_PROFILER_INVALID_PROFILE',
    `Expected a profile in which ${rule} but found otherwise: ${where}`,
  );
}

/**
 * Checks every rule that a `Profile`, or a `ProfileDiff`, promises.
 *
 * @throws ProfilerError `ERR_PROFILER_INVALID_PROFILE`, with the rule that is broken
 */
export function checkValid(subject: Profile | ProfileDiff): void {
  if ('before' in subject) {
    checkDiff(subject);
    return;
  }
  checkColumns(subject);
  checkFrames(subject);
  checkThreads(subject);
  checkTree(subject);
  checkValues(subject);
  checkCounts(subject);
  checkLines(subject);
  checkDescription(subject);
}

function checkDiff(diff: ProfileDiff): void {
  const { before, after, scale } = diff;
  checkValid(before);
  checkValid(after);
  if (before.frames !== after.frames) fail('both sides have the same frames', 'frames');
  for (const column of ['parent', 'frame', 'thread'] as const) {
    if (before[column].length !== after[column].length) {
      fail('both sides have the same nodes', `${column} has another length`);
    }
    before[column].forEach((each, node) => {
      if (each !== after[column][node]) {
        fail('both sides have the same nodes', `${column} of node ${String(node)}`);
      }
    });
  }
  if (!(scale > 0 && scale < Infinity)) fail('scale is positive', String(scale));
  for (const [delta, column] of [
    ['deltaSelfHits', 'selfHits'],
    ['deltaHits', 'hits'],
    ['deltaSelfWallNanos', 'selfWallNanos'],
    ['deltaWallNanos', 'wallNanos'],
    ['deltaSelfCpuNanos', 'selfCpuNanos'],
    ['deltaCpuNanos', 'cpuNanos'],
  ] as const) {
    if (diff[delta].length !== diff.length) {
      fail('all columns have one length', `${delta} has ${String(diff[delta].length)}`);
    }
    diff[delta].forEach((each, node) => {
      if (each !== (after[column][node] as number) - (before[column][node] as number) * scale) {
        fail('differences are after less before', `${delta} of node ${String(node)}`);
      }
    });
  }
}

function isNumber(value: number, least: number): boolean {
  return value >= least && value < Infinity;
}

function checkColumns(profile: Profile): void {
  const { length } = profile;
  for (const column of [
    'frame',
    'thread',
    'selfHits',
    'hits',
    'selfWallNanos',
    'wallNanos',
    'selfCpuNanos',
    'cpuNanos',
  ] as const) {
    if (profile[column].length !== length) {
      fail('all columns have one length', `${column} has ${String(profile[column].length)}`);
    }
  }
}

function checkFrames({ frames, frame }: Profile): void {
  const { columns, strings, length } = frames;
  for (const column of ['url', 'line', 'column', 'kind'] as const) {
    if (columns[column].length !== length) {
      fail('all columns of frames have one length', column);
    }
  }
  for (let index = 0; index < length; index++) {
    const name = columns.name[index] as number;
    const url = columns.url[index] as number;
    if (name >= strings.length || url >= strings.length) {
      fail('frames name strings that exist', `frame ${String(index)}`);
    }
  }
  const distinct = new Set<string>();
  for (let index = 0; index < length; index++) {
    const key = [columns.name, columns.url, columns.line, columns.column, columns.kind]
      .map((column) => String(column[index]))
      .join(' ');
    if (distinct.has(key)) fail('frames are distinct', `frame ${String(index)}`);
    distinct.add(key);
  }
  for (const [node, index] of frame.entries()) {
    if (index >= length) fail('nodes name frames that exist', `node ${String(node)}`);
  }
}

function checkThreads({ threads }: Profile): void {
  for (const { id, durationNanos, unattributedNanos, ageNanos } of threads) {
    if (![durationNanos, unattributedNanos, ageNanos].every((each) => isNumber(each, 0))) {
      fail('times of threads are not negative', `thread ${String(id)}`);
    }
  }
}

function checkTree(profile: Profile): void {
  const { parent, thread, threads, frame, frames } = profile;
  threads.forEach((each, index) => {
    if (parent[each.firstNode] !== -1 || thread[each.firstNode] !== index) {
      fail("a thread's first node is its root", `thread ${String(each.id)}`);
    }
  });
  let roots = 0;
  const path: number[] = [];
  for (let node = 0; node < profile.length; node++) {
    const caller = parent[node] as number;
    if (caller >= node || caller < -1) {
      fail('a parent stands before its children', `node ${String(node)}`);
    }
    while (path.length > 0 && path[path.length - 1] !== caller) path.pop();
    if (caller >= 0 && path.length === 0) {
      fail('nodes stand depth first', `node ${String(node)}`);
    }
    if (caller >= 0 && thread[caller] !== thread[node]) {
      fail('a node is of the thread of its parent', `node ${String(node)}`);
    }
    const isRoot = frames.kind(frame[node] as number) === FrameKind.root;
    if (isRoot !== (caller === -1)) {
      fail('roots, and only roots, have no parent', `node ${String(node)}`);
    }
    if (caller === -1) roots++;
    path.push(node);
  }
  if (roots !== threads.length) {
    fail('each thread has one root', `${String(roots)} for ${String(threads.length)} threads`);
  }
}

function checkCounts(profile: Profile): void {
  for (const [self, total] of [
    [profile.selfHits, profile.hits],
    [profile.selfWallNanos, profile.wallNanos],
    [profile.selfCpuNanos, profile.cpuNanos],
  ] as const) {
    for (let node = 0; node < profile.length; node++) {
      const own = self[node] as number;
      const all = total[node] as number;
      if (!(own >= 0 && all >= own && all <= Number.MAX_SAFE_INTEGER)) {
        fail('0 <= self <= total', `node ${String(node)}: self ${String(own)}, total ${String(all)}`);
      }
    }
  }
}

function checkValues(profile: Profile): void {
  const known = valueTypes.filter(({ name }) =>
    profile.valueTypes.some((each) => each.name === name),
  );
  if (known.length !== profile.valueTypes.length || known.length === 0) {
    fail('values are known, once each', profile.valueTypes.map(({ name }) => name).join(', '));
  }
  for (const { name } of valueTypes) {
    if (known.some((each) => each.name === name)) continue;
    if (selfColumn(profile, name).some((each) => each !== 0)) {
      fail('values that were not measured are zero', name);
    }
  }
}

function checkDescription(profile: Profile): void {
  const { startMillis, intervalMillis, dropped, realInterval } = profile;
  if (!isNumber(startMillis, -Infinity)) fail('startMillis is a number', String(startMillis));
  if (!isNumber(intervalMillis, 0)) fail('intervalMillis is not negative', String(intervalMillis));
  if (!isNumber(dropped, 0)) fail('dropped is not negative', String(dropped));
  if (realInterval === null) return;
  const { count, mean, stdev } = realInterval;
  if (!isNumber(count, 1) || !isNumber(mean, 0) || !isNumber(stdev, 0)) {
    fail('realInterval is of intervals', `${String(count)}, ${String(mean)}, ${String(stdev)}`);
  }
}

function checkLines(profile: Profile): void {
  const { lineNode, lineNumber, lineHits, selfHits, length } = profile;
  if (profile.inverted && lineNode.length > 0) fail('inverted trees have no lines', 'lineNode');
  if (lineNumber.length !== lineNode.length || lineHits.length !== lineNode.length) {
    fail('all columns of lines have one length', 'lineNode, lineNumber, lineHits');
  }
  let sum = 0;
  for (let index = 0; index < lineNode.length; index++) {
    const where = `line ${String(index)}`;
    const node = lineNode[index] as number;
    const line = lineNumber[index] as number;
    if (node >= length || line < 1) fail('lines are of nodes, and count from 1', where);
    const lastNode = index > 0 ? (lineNode[index - 1] as number) : -1;
    if (node !== lastNode) sum = 0;
    else if (line <= (lineNumber[index - 1] as number)) fail("a node's lines are in order", where);
    if (node < lastNode) fail('lines stand in the order of their nodes', where);
    const hits = lineHits[index] as number;
    sum += hits;
    if (!(hits > 0) || sum > (selfHits[node] as number)) {
      fail("lines have no more hits than their node's own", where);
    }
  }
}
