import { ProfilerError } from '../errors';
import { FrameKind } from './frames';
import type { Profile } from './profile';

function fail(rule: string, where: string): never {
  throw new ProfilerError(
    'ERR_PROFILER_INVALID_PROFILE',
    `Expected a profile in which ${rule} but found otherwise: ${where}`,
  );
}

/**
 * Checks every rule that a `Profile` promises.
 *
 * @throws ProfilerError `ERR_PROFILER_INVALID_PROFILE`, with the rule that is broken
 */
export function checkValid(profile: Profile): void {
  checkColumns(profile);
  checkFrames(profile);
  checkTree(profile);
  checkCounts(profile);
  checkLines(profile);
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
  for (const [node, index] of frame.entries()) {
    if (index >= length) fail('nodes name frames that exist', `node ${String(node)}`);
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

function checkLines({ lineNode, lineNumber, lineHits, selfHits, length }: Profile): void {
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
