import { FrameKind } from '../profile/frames';
import type { Profile } from '../profile/profile';
import { TextBytes } from './bytes';
import type { ExportOptions } from './options';
import { selfColumn } from './values';

/** More samples than that are not written one by one: each node gets one, with
 * all of its time. */
const MOST_SAMPLES = 1_000_000;

const NANOS_PER_MICRO = 1000;
const NONE = -1;

/**
 * V8's own format, `Profiler.Profile` of the DevTools protocol.
 *
 * A profile has counts and no time line, so the sequence of samples is made up:
 * node after node, with the time of each node shared evenly among its samples.
 * `hitCount` and `positionTicks` are exact; `timeDeltas` add up to the wall time
 * (or with `value: 'cpu'`, the CPU time). A file is of one thread: several become
 * one tree with a node `(thread 1) name` for each below its (root).
 */
export function encodeCpuprofile(
  profile: Profile,
  { value = 'samples' }: ExportOptions = {},
): Uint8Array {
  const bytes = new TextBytes();
  bytes.add('{"nodes":[');
  writeNodes(bytes, profile);
  const start = Math.round(profile.startMillis * 1000);
  const { samples, micros } = sequence(profile, nanosOf(profile, value));
  const end = start + (micros[micros.length - 1] as number);
  bytes.add(`],\n"startTime":${String(start)},"endTime":${String(end)},\n"samples":`);
  bytes.addList(samples.length, (index) => String(samples[index]));
  bytes.add(',\n"timeDeltas":');
  bytes.addList(micros.length, (index) =>
    String((micros[index] as number) - (index > 0 ? (micros[index - 1] as number) : 0)),
  );
  bytes.add('}\n');
  return bytes.finish();
}

/** Numbers of nodes count from 1. With several threads 1 is a root above all. */
function firstNumber(profile: Profile): number {
  return profile.threads.length === 1 ? 1 : 2;
}

const ROOT_FRAME =
  '{"functionName":"(root)","scriptId":"0","url":"","lineNumber":-1,"columnNumber":-1}';

function writeNodes(bytes: TextBytes, profile: Profile): void {
  const { length, parent, frame, selfHits, threads, lineNode, lineNumber, lineHits } = profile;
  const first = firstNumber(profile);
  const callFrames = callFramesOf(profile);
  if (first === 2) {
    const roots = threads.map((thread) => thread.firstNode + first).join(',');
    bytes.add(`{"id":1,"callFrame":${ROOT_FRAME},"hitCount":0,"children":[${roots}]}`);
  }
  const { firstChild, nextSibling } = childrenOf(parent);
  let line = 0;
  for (let node = 0; node < length; node++) {
    const callFrame =
      first === 2 && parent[node] === -1
        ? threadFrame(profile, node)
        : (callFrames[frame[node] as number] as string);
    if (node > 0 || first === 2) bytes.add(',\n');
    const hits = String(Math.round(selfHits[node] as number));
    bytes.add(`{"id":${String(node + first)},"callFrame":${callFrame},"hitCount":${hits}`);
    if (firstChild[node] !== NONE) {
      bytes.add(',"children":[');
      for (let child = firstChild[node] as number; child !== NONE;) {
        const next = nextSibling[child] as number;
        bytes.add(String(child + first) + (next === NONE ? ']' : ','));
        child = next;
      }
    }
    for (let ticks = 0; lineNode[line] === node; line++, ticks++) {
      bytes.add(ticks === 0 ? ',"positionTicks":[' : ',');
      const count = String(Math.round(lineHits[line] as number));
      bytes.add(`{"line":${String(lineNumber[line])},"ticks":${count}}`);
      if (lineNode[line + 1] !== node) bytes.add(']');
    }
    bytes.add('}');
  }
}

function callFramesOf({ frames }: Profile): string[] {
  return Array.from({ length: frames.length }, (_, index) => {
    const { name, url, line, column } = frames.at(index);
    return JSON.stringify({
      functionName: name,
      // DevTools tells functions apart by script, not by its URL.
      scriptId: url === '' ? '0' : String((frames.columns.url[index] as number) + 1),
      url,
      // The protocol counts from 0; unknown is -1.
      lineNumber: line - 1,
      columnNumber: column - 1,
    });
  });
}

function threadFrame({ threads, thread }: Profile, node: number): string {
  const { id, name } = threads[thread[node] as number] ?? { id: 0, name: '' };
  return JSON.stringify({
    functionName: `(thread ${String(id)}) ${name}`,
    scriptId: '0',
    url: '',
    lineNumber: -1,
    columnNumber: -1,
  });
}

function childrenOf(parent: Int32Array): { firstChild: Int32Array; nextSibling: Int32Array } {
  const firstChild = new Int32Array(parent.length).fill(NONE);
  const nextSibling = new Int32Array(parent.length).fill(NONE);
  for (let node = parent.length - 1; node >= 0; node--) {
    const caller = parent[node] as number;
    if (caller < 0) continue;
    nextSibling[node] = firstChild[caller] as number;
    firstChild[caller] = node;
  }
  return { firstChild, nextSibling };
}

/** The time of each node's own samples. */
function nanosOf(profile: Profile, value: 'samples' | 'wall' | 'cpu'): Float64Array {
  if (value !== 'samples') return selfColumn(profile, value);
  if (profile.valueTypes.some(({ name }) => name === 'wall')) return profile.selfWallNanos;
  const millis = profile.realInterval?.mean ?? profile.intervalMillis;
  return profile.selfHits.map((hits) => hits * (millis > 0 ? millis : 1) * 1e6);
}

/**
 * The node of each sample, and when it was taken: in microseconds since the
 * start. A sample lasts until the next one, so a sample of the root ends it.
 */
function sequence(
  profile: Profile,
  nanos: Float64Array,
): { samples: Uint32Array; micros: Float64Array } {
  const { length, selfHits } = profile;
  const first = firstNumber(profile);
  const times = (node: number): number =>
    Math.max(Math.round(selfHits[node] as number), nanos[node] === 0 ? 0 : 1);
  let total = 0;
  for (let node = 0; node < length; node++) total += times(node);
  const eachOnce = total > MOST_SAMPLES;
  const samples: number[] = [];
  const micros: number[] = [];
  let elapsed = 0;
  const add = (node: number): void => {
    const all = times(node);
    const count = eachOnce ? Math.min(1, all) : all;
    for (let index = 0; index < count; index++) {
      samples.push(node + first);
      micros.push(
        Math.round((elapsed + ((nanos[node] as number) * index) / count) / NANOS_PER_MICRO),
      );
    }
    elapsed += nanos[node] as number;
  };
  // Speedscope and DevTools put (program) and (garbage collector) on top of the
  // stack before them: so there must be none before.
  const states = statesOf(profile);
  for (let node = 0; node < length; node++) if (states[node] === 1) add(node);
  for (let node = 0; node < length; node++) if (states[node] === 0) add(node);
  samples.push(1);
  micros.push(Math.round(elapsed / NANOS_PER_MICRO));
  return { samples: Uint32Array.from(samples), micros: Float64Array.from(micros) };
}

function statesOf({ frames, frame }: Profile): Uint8Array {
  return Uint8Array.from(frame, (index) => {
    const kind = frames.kind(index);
    return kind === FrameKind.function || kind === FrameKind.root ? 0 : 1;
  });
}
