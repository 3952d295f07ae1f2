import { gzipSync } from 'node:zlib';

import {
  Function as PprofFunction,
  Label,
  Line,
  Location,
  Profile as PprofProfile,
  Sample,
  StringTable,
  ValueType,
  emptyTableToken,
} from 'pprof-format';

import type { Frame } from '../profile/frames';
import type { Profile } from '../profile/profile';
import type { ValueName } from '../profile/values';
import { displayName } from './functions';
import type { ExportOptions } from './options';
import { expectStacksFit } from './stack-limit';
import { selfColumn } from './values';
import { packageVersion } from './version';

const SAMPLES_AT_ONCE = 512;

/**
 * `profile.proto`, gzipped. All values of the profile; `value` names the one that
 * is shown when none is asked for. Each stack has its thread as labels. Of hits
 * whose source line is known, the leaf is a location on that line; everything
 * else is on the line on which the function begins.
 */
export function encodePprof(
  profile: Profile,
  { value = 'samples' }: ExportOptions = {},
): Uint8Array {
  selfColumn(profile, value);
  expectStacksFit(
    profile,
    'pprof',
    ...profile.valueTypes.map((each) => selfColumn(profile, each.name)),
  );
  // Messages that follow each other are one, so that only some of the samples
  // are objects at a time.
  const head = new Header(profile, value);
  const samples = [...encodedSamples(profile, head)];
  const message = Buffer.concat([...samples, head.encode()]);
  const compressed = gzipSync(message);
  // The system that it was made on: no two should differ in that.
  compressed[9] = 0xff;
  return new Uint8Array(compressed.buffer, compressed.byteOffset, compressed.length);
}

/** All but the samples: what they point to. */
class Header {
  readonly strings = new StringTable();
  readonly #profile: Profile;
  readonly #defaultValue: ValueName;
  readonly #functions: PprofFunction[] = [];
  readonly #locations: Location[] = [];
  /** By frame: the location on the function's own line; 0 is none yet. */
  readonly #ofFrame: Uint32Array;
  /** By frame and line, where lines are known: fewer than nodes. */
  readonly #ofLine = new Map<string, number>();

  constructor(profile: Profile, defaultValue: ValueName) {
    this.#profile = profile;
    this.#defaultValue = defaultValue;
    this.#ofFrame = new Uint32Array(profile.frames.length);
  }

  /** The location of a frame, on the function's own line or on another. */
  location(frame: number, line?: number): number {
    let own = this.#ofFrame[frame] as number;
    if (own === 0) {
      own = this.#addFunction(frame);
      this.#ofFrame[frame] = own;
    }
    const start = this.#profile.frames.columns.line[frame] as number;
    if (line === undefined || line === start) return own;
    const key = `${String(frame)}:${String(line)}`;
    let id = this.#ofLine.get(key);
    if (id === undefined) {
      const functionId = this.#locations[own - 1]?.line[0]?.functionId ?? 0;
      id = this.#addLocation(Number(functionId), line);
      this.#ofLine.set(key, id);
    }
    return id;
  }

  #addFunction(frame: number): number {
    const place = this.#profile.frames.at(frame);
    const { url, line, column } = place;
    const name = displayName(place);
    const id = this.#functions.length + 1;
    this.#functions.push(
      new PprofFunction({
        id,
        name: this.strings.dedup(pprofName(place)),
        // Keeps the name as it is: `go tool pprof` would take some for C++ that is
        // to be demangled. And has the column, for which there is no field.
        systemName: this.strings.dedup(`${name} ${url}:${String(line)}:${String(column)}`),
        filename: this.strings.dedup(url),
        startLine: line,
      }),
    );
    return this.#addLocation(id, line);
  }

  #addLocation(functionId: number, line: number): number {
    const id = this.#locations.length + 1;
    this.#locations.push(new Location({ id, line: [new Line({ functionId, line })] }));
    return id;
  }

  labels(thread: number): Label[] {
    const { id, name } = this.#profile.threads[thread] ?? { id: 0, name: '' };
    return (
      [
        ['thread', name],
        ['thread_id', String(id)],
      ] as const
    ).map(([key, text]) => {
      return new Label({ key: this.strings.dedup(key), str: this.strings.dedup(text) });
    });
  }

  encode(): Uint8Array {
    const { valueTypes, startMillis, durationMillis, intervalMillis } = this.#profile;
    const valueType = (name: string, unit: string): ValueType =>
      new ValueType({ type: this.strings.dedup(name), unit: this.strings.dedup(unit) });
    return new PprofProfile({
      sampleType: valueTypes.map(({ name, unit }) => valueType(name, unit)),
      periodType: valueType('wall', 'nanoseconds'),
      defaultSampleType: this.strings.dedup(this.#defaultValue),
      comment: commentsOf(this.#profile).map((text) => this.strings.dedup(text)),
      function: this.#functions,
      location: this.#locations,
      period: Math.round(intervalMillis * 1e6),
      timeNanos: BigInt(Math.round(startMillis * 1000)) * 1000n,
      durationNanos: Math.round(durationMillis * 1e6),
      // Last: what is above adds to it.
      stringTable: this.strings,
    }).encode();
  }
}

/** Pprof merges functions of one name. It is the same in all profiles, so that
 * they can be compared, and only where there is none the place is put in. */
function pprofName(place: Frame): string {
  const name = displayName(place);
  if (name !== '(anonymous)' || place.url === '') return name;
  const file = place.url.slice(
    Math.max(place.url.lastIndexOf('/'), place.url.lastIndexOf('\\')) + 1,
  );
  return `(anonymous ${file}:${String(place.line)}:${String(place.column)})`;
}

/** Comments that `Profile.read()` understands again. */
function commentsOf({ dropped, realInterval }: Profile): string[] {
  const comments = [`ox-profile ${packageVersion}`, `dropped samples: ${String(dropped)}`];
  if (realInterval !== null) {
    const { count, mean, stdev } = realInterval;
    comments.push(
      `interval reached: mean ${String(mean)} ms, stdev ${String(stdev)} ms, count ${String(count)}`,
    );
  }
  return comments;
}

function* encodedSamples(profile: Profile, head: Header): Generator<Uint8Array, void, undefined> {
  const { length, frame, depth, thread, parent, lineNode } = profile;
  const columns = profile.valueTypes.map(({ name }) => selfColumn(profile, name));
  const path: number[] = [];
  let labels: Label[] = [];
  let samples: Sample[] = [];
  let line = 0;
  for (let node = 0; node < length; node++) {
    if (parent[node] === -1) labels = head.labels(thread[node] as number);
    const index = frame[node] as number;
    // Without the root: it is in all stacks.
    path.length = Math.max(0, (depth[node] as number) - 1);
    if (parent[node] !== -1) path.push(head.location(index));
    const firstLine = line;
    while (lineNode[line] === node) line++;
    const values = columns.map((column) => Math.round(column[node] as number));
    if (values.every((each) => each === 0)) continue;
    const rest = path.slice(0, -1).toReversed();
    for (const part of partsOf(profile, values, firstLine, line)) {
      const locationId = [head.location(index, part.line), ...rest];
      samples.push(new Sample({ locationId, value: part.values, label: labels }));
    }
    if (samples.length >= SAMPLES_AT_ONCE) {
      yield encodeSamples(samples);
      samples = [];
    }
  }
  if (samples.length > 0) yield encodeSamples(samples);
}

function encodeSamples(samples: Sample[]): Uint8Array {
  return new PprofProfile({
    sample: samples,
    stringTable: new StringTable(emptyTableToken),
  }).encode();
}

interface Part {
  readonly line: number | undefined;
  readonly values: number[];
}

/**
 * A node's values divided among its lines: hits as counted, times in their
 * proportion, and what is left over on the line of the function.
 */
function partsOf(
  { valueTypes, selfHits, lineNode, lineNumber, lineHits }: Profile,
  values: number[],
  firstLine: number,
  endLine: number,
): Part[] {
  const node = lineNode[firstLine];
  if (firstLine === endLine || node === undefined) return [{ line: undefined, values }];
  const rest = [...values];
  const parts: Part[] = [];
  for (let line = firstLine; line < endLine; line++) {
    const hits = lineHits[line] as number;
    const share = hits / (selfHits[node] as number);
    const part = values.map((value, index) =>
      Math.min(
        rest[index] as number,
        valueTypes[index]?.name === 'samples' ? Math.round(hits) : Math.round(value * share),
      ),
    );
    part.forEach((value, index) => (rest[index] = (rest[index] as number) - value));
    parts.push({ line: lineNumber[line], values: part });
  }
  // The last line also has what rounding left of the times, if no hit is left.
  const last = parts[parts.length - 1];
  const hitsLeft = rest[valueTypes.findIndex(({ name }) => name === 'samples')] ?? 0;
  if (hitsLeft > 0) parts.push({ line: undefined, values: rest });
  else
    rest.forEach(
      (value, index) => last && (last.values[index] = (last.values[index] ?? 0) + value),
    );
  return parts;
}
