import { FrameKind, Frames, type Frame } from '../profile/frames';
import { Profile, type ProfileThread, type RealInterval } from '../profile/profile';
import type { ValueName } from '../profile/values';
import { valueTypes } from '../profile/values';
import {
  expectArray,
  expectFinite,
  expectObject,
  expectString,
  expectWhole,
  shown,
  unreadable,
} from './expect';
import { MOST_LINE } from './tree';

const VERSION = 1;
const MOST = Number.MAX_SAFE_INTEGER;
const MOST_KIND = Math.max(...Object.values(FrameKind));

/** Reads our own format. Whether the columns fit together is checked by `checkValid`. */
export function readJson(file: Record<string, unknown>): Profile {
  if (file.version !== VERSION) {
    throw unreadable(`version ${String(VERSION)}`, 'an ox-profile file', shown(file.version));
  }
  const part = (name: string): Record<string, unknown> => expectObject(file[name], name);
  const [frames, nodes, lines] = [part('frames'), part('nodes'), part('lines')];
  const strings = expectArray(file.strings, 'strings').map((text) => expectString(text, 'strings'));
  const whole =
    (list: Record<string, unknown>, part: string) =>
    (name: string, max: number, min = 0): number[] => {
      const where = `${part}.${name}`;
      return expectArray(list[name], where).map((each) => expectWhole(each, where, min, max));
    };
  const counts = (list: Record<string, unknown>, part: string, name: string): Float64Array => {
    const where = `${part}.${name}`;
    return Float64Array.from(expectArray(list[name], where), (each) => expectFinite(each, where));
  };
  const [frame, node, line] = [
    whole(frames, 'frames'),
    whole(nodes, 'nodes'),
    whole(lines, 'lines'),
  ];
  const parent = Int32Array.from(node('parent', 0x7fff_ffff, -1));
  return new Profile({
    frames: new Frames(strings, {
      name: Uint32Array.from(frame('name', MOST_LINE)),
      url: Uint32Array.from(frame('url', MOST_LINE)),
      line: Uint32Array.from(frame('line', MOST_LINE)),
      column: Uint32Array.from(frame('column', MOST_LINE)),
      kind: Uint8Array.from(frame('kind', MOST_KIND)),
    }),
    threads: expectArray(file.threads, 'threads').map((each) => threadOf(each, parent.length)),
    parent,
    frame: Uint32Array.from(node('frame', MOST_LINE)),
    selfHits: counts(nodes, 'nodes', 'selfHits'),
    selfWallNanos: counts(nodes, 'nodes', 'selfWallNanos'),
    selfCpuNanos: counts(nodes, 'nodes', 'selfCpuNanos'),
    lineNode: Uint32Array.from(line('node', MOST_LINE)),
    lineNumber: Uint32Array.from(line('number', MOST_LINE)),
    lineHits: counts(lines, 'lines', 'hits'),
    valueTypes: valueTypesOf(file.valueTypes),
    startMillis: expectFinite(file.startMillis, 'startMillis', -MOST),
    intervalMillis: expectFinite(file.intervalMillis, 'intervalMillis'),
    realInterval: realIntervalOf(file.realInterval),
    dropped: expectWhole(file.dropped, 'dropped'),
  });
}

function valueTypesOf(value: unknown): Profile['valueTypes'] {
  const found = new Set<ValueName>();
  for (const each of expectArray(value, 'valueTypes')) {
    const { name, unit } = expectObject(each, 'valueTypes');
    const known = valueTypes.find((type) => type.name === name && type.unit === unit);
    if (known === undefined || found.has(known.name)) {
      throw unreadable(
        'samples, wall, cpu, each once',
        'valueTypes',
        `${shown(name)}, ${shown(unit)}`,
      );
    }
    found.add(known.name);
  }
  return [...found].map((name) => valueTypes.find((type) => type.name === name)) as never;
}

function realIntervalOf(value: unknown): RealInterval | null {
  if (value === null) return null;
  const { count, mean, stdev } = expectObject(value, 'realInterval');
  return {
    count: expectWhole(count, 'realInterval.count'),
    mean: expectFinite(mean, 'realInterval.mean'),
    stdev: expectFinite(stdev, 'realInterval.stdev'),
  };
}

function threadOf(value: unknown, nodes: number): ProfileThread {
  const thread = expectObject(value, 'threads');
  const { ended, lastSeen } = thread;
  if (typeof ended !== 'boolean') throw unreadable('a boolean', 'threads.ended', shown(ended));
  const nanos = (name: string): number => expectFinite(thread[name], `threads.${name}`);
  return {
    id: expectWhole(thread.id, 'threads.id', -MOST),
    name: expectString(thread.name, 'threads.name'),
    ended,
    firstNode: expectWhole(thread.firstNode, 'threads.firstNode', 0, Math.max(0, nodes - 1)),
    durationNanos: nanos('durationNanos'),
    unattributedNanos: nanos('unattributedNanos'),
    ageNanos: nanos('ageNanos'),
    ...(lastSeen === undefined
      ? {}
      : { lastSeen: expectArray(lastSeen, 'threads.lastSeen').map(frameOf) }),
  };
}

function frameOf(value: unknown): Frame {
  const { name, url, line, column } = expectObject(value, 'threads.lastSeen');
  return {
    name: expectString(name, 'threads.lastSeen.name'),
    url: expectString(url, 'threads.lastSeen.url'),
    line: expectWhole(line, 'threads.lastSeen.line', 0, MOST_LINE),
    column: expectWhole(column, 'threads.lastSeen.column', 0, MOST_LINE),
  };
}
