import { Growing } from '../profile/growing';
import type { Profile, RealInterval } from '../profile/profile';
import type { ValueName } from '../profile/values';
import { expectWhole, tooLarge, unreadable } from './expect';
import { MOST_DEPTH, MOST_LINE, nanosOfUnit, TreeReader } from './tree';
import { WireReader } from './wire';

const MOST_ENTRIES = 10_000_000;

/** The numbers of fields in `profile.proto`. */
const field = {
  profile: {
    sampleType: 1,
    sample: 2,
    mapping: 3,
    location: 4,
    function: 5,
    string: 6,
    timeNanos: 9,
    durationNanos: 10,
    periodType: 11,
    period: 12,
    comment: 13,
  },
  valueType: { type: 1, unit: 2 },
  sample: { location: 1, value: 2, label: 3 },
  label: { key: 1, text: 2, number: 3 },
  mapping: { id: 1, filename: 5 },
  location: { id: 1, mapping: 2, address: 3, line: 4 },
  line: { function: 1, line: 2 },
  function: { id: 1, name: 2, systemName: 3, filename: 4, startLine: 5 },
} as const;

/** Where messages of one kind begin and end, in the order of the file. */
class Ranges {
  readonly #start = new Growing(new Uint32Array(64));
  readonly #end = new Growing(new Uint32Array(64));
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  get length(): number {
    return this.#start.length;
  }

  push(reader: WireReader): void {
    if (this.length >= MOST_ENTRIES) throw tooLarge(`${this.#what}s`, MOST_ENTRIES, 'more');
    reader.expectBytes();
    this.#start.push(reader.start);
    this.#end.push(reader.end);
  }

  start(index: number): number {
    return this.#start.get(index);
  }

  end(index: number): number {
    return this.#end.get(index);
  }

  reader(bytes: Uint8Array, index: number): WireReader {
    return new WireReader(
      bytes,
      this.start(index),
      this.end(index),
      `${this.#what} ${String(index)}`,
    );
  }
}

interface ValueColumn {
  /** Which of a sample's values. */
  readonly index: number;
  readonly factor: number;
}

/** Reads pprof's `profile.proto`, no longer compressed. */
export function readPprof(bytes: Uint8Array): Profile {
  return new PprofReader(bytes).read();
}

class PprofReader {
  readonly #bytes: Uint8Array;
  readonly #buffer: Buffer;
  readonly #tree = new TreeReader();

  readonly #sampleTypes = new Ranges('sample type');
  readonly #samples = new Ranges('sample');
  readonly #mappings = new Ranges('mapping');
  readonly #locations = new Ranges('location');
  readonly #functions = new Ranges('function');
  readonly #strings = new Ranges('string');
  #texts = new Map<number, string>();
  #comments: number[] = [];
  #periodUnit = 0;
  #period = 0;
  #timeNanos = 0;
  #durationNanos = 0;
  #ours = false;

  /** By location: its first line, in the columns below. The last is their end. */
  readonly #firstLine = new Growing(new Uint32Array(256));
  readonly #lineFrame = new Growing(new Uint32Array(256));
  readonly #lineNumber = new Growing(new Uint32Array(256));
  readonly #locationIds = new Map<number | string, number>();
  readonly #functionFrames = new Map<number | string, { frame: number; startLine: number }>();
  /** By line entry: on which line its function begins. */
  readonly #startLine = new Growing(new Uint32Array(256));
  readonly #roots = new Map<string, number>();
  /** What a root's own samples are on. */
  #rootFrame = -1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): Profile {
    this.#readTop();
    const comments = this.#comments.map((index) => this.#text(index));
    this.#ours = comments.some((text) => text.startsWith('ox-profile '));
    const columns = this.#valueColumns();
    this.#readFunctions();
    this.#readLocations();
    for (let index = 0; index < this.#samples.length; index++) this.#readSample(index, columns);
    if (this.#roots.size === 0) this.#root('0', 'main');
    const nanos = nanosOfUnit(this.#text(this.#periodUnit)) ?? 0;
    return this.#tree.finish({
      values: [...columns.keys()],
      startMillis: Math.max(0, this.#timeNanos / 1e6),
      intervalMillis: Math.max(0, (this.#period * nanos) / 1e6),
      ...factsOf(comments),
    });
  }

  #readTop(): void {
    const top = new WireReader(this.#bytes, 0, this.#bytes.length, 'the top');
    const lists = new Map<number, Ranges>([
      [field.profile.sampleType, this.#sampleTypes],
      [field.profile.sample, this.#samples],
      [field.profile.mapping, this.#mappings],
      [field.profile.location, this.#locations],
      [field.profile.function, this.#functions],
      [field.profile.string, this.#strings],
    ]);
    while (top.next()) {
      const list = lists.get(top.field);
      if (list !== undefined) list.push(top);
      else this.#readTopField(top);
    }
    if (this.#sampleTypes.length === 0) {
      throw unreadable('at least one sample type', 'a pprof profile', 'none');
    }
  }

  #readTopField(top: WireReader): void {
    switch (top.field) {
      case field.profile.timeNanos:
        this.#timeNanos = top.expectNumber().signed;
        break;
      case field.profile.durationNanos:
        this.#durationNanos = expectWhole(
          top.expectNumber().signed,
          'duration_nanos of a pprof profile',
        );
        break;
      case field.profile.period:
        this.#period = top.expectNumber().signed;
        break;
      case field.profile.comment:
        top.eachNumber((each) => {
          if (this.#comments.length < 1000) this.#comments.push(each.unsigned);
        });
        break;
      case field.profile.periodType: {
        const type = new WireReader(
          this.#bytes,
          top.expectBytes().start,
          top.end,
          'the period type',
        );
        while (type.next()) {
          if (type.field === field.valueType.unit) this.#periodUnit = type.expectNumber().unsigned;
        }
        break;
      }
    }
  }

  /** Texts are made when they are needed, and kept while the file is read. */
  #text(index: number): string {
    let text = this.#texts.get(index);
    if (text === undefined) {
      if (index === 0 && this.#strings.length === 0) return '';
      if (index >= this.#strings.length) {
        const most = `from 0 to ${String(this.#strings.length - 1)}`;
        throw unreadable(`the number of a string, ${most}`, 'a pprof profile', String(index));
      }
      text = this.#buffer.toString('utf8', this.#strings.start(index), this.#strings.end(index));
      this.#texts.set(index, text);
    }
    return text;
  }

  #valueColumns(): Map<ValueName, ValueColumn> {
    const columns = new Map<ValueName, ValueColumn>();
    const found: string[] = [];
    for (let index = 0; index < this.#sampleTypes.length; index++) {
      const reader = this.#sampleTypes.reader(this.#bytes, index);
      let [type, unit] = ['', ''];
      while (reader.next()) {
        if (reader.field === field.valueType.type)
          type = this.#text(reader.expectNumber().unsigned);
        if (reader.field === field.valueType.unit)
          unit = this.#text(reader.expectNumber().unsigned);
      }
      if (found.length < 10) found.push(`${type.slice(0, 40)}/${unit.slice(0, 40)}`);
      const factor = nanosOfUnit(unit);
      if ((type === 'samples' || type === 'sample') && unit === 'count') {
        if (!columns.has('samples')) columns.set('samples', { index, factor: 1 });
      } else if ((type === 'wall' || type === 'cpu') && factor !== undefined) {
        if (!columns.has(type)) columns.set(type, { index, factor });
      }
    }
    if (columns.size === 0) {
      throw unreadable(
        'samples/count, wall or cpu in a unit of time',
        'the sample types of a pprof profile',
        found.join(', '),
      );
    }
    return columns;
  }

  #readFunctions(): void {
    for (let index = 0; index < this.#functions.length; index++) {
      const reader = this.#functions.reader(this.#bytes, index);
      const where = `function ${String(index)} of a pprof profile`;
      let id: number | string = 0;
      let [name, systemName, url, startLine] = ['', '', '', 0];
      while (reader.next()) {
        switch (reader.field) {
          case field.function.id:
            id = reader.expectNumber().id;
            break;
          case field.function.name:
            name = this.#text(reader.expectNumber().unsigned);
            break;
          case field.function.systemName:
            systemName = this.#text(reader.expectNumber().unsigned);
            break;
          case field.function.filename:
            url = this.#text(reader.expectNumber().unsigned);
            break;
          case field.function.startLine:
            startLine = expectWhole(
              reader.expectNumber().signed,
              `start_line, ${where}`,
              0,
              MOST_LINE,
            );
            break;
        }
      }
      if (id === 0 || this.#functionFrames.has(id)) {
        throw unreadable('an id of its own, not 0', where, String(id));
      }
      const own = this.#ours ? ownNameOf(systemName, ` ${url}:${String(startLine)}:`) : undefined;
      const shown = own?.name ?? (name || systemName || '(unknown)');
      const frame = this.#tree.frame(shown, url, startLine, own?.column);
      this.#functionFrames.set(id, { frame, startLine });
      if (shown === '(root)' && url === '') this.#rootFrame = frame;
    }
  }

  #readLocations(): void {
    const files = this.#readMappings();
    for (let index = 0; index < this.#locations.length; index++) {
      const reader = this.#locations.reader(this.#bytes, index);
      let id: number | string = 0;
      let mapping: number | string = 0;
      let address = '0';
      const first = this.#lineFrame.length;
      this.#firstLine.push(first);
      while (reader.next()) {
        switch (reader.field) {
          case field.location.id:
            id = reader.expectNumber().id;
            break;
          case field.location.mapping:
            mapping = reader.expectNumber().id;
            break;
          case field.location.address:
            address = reader.expectNumber().unsigned.toString(16);
            break;
          case field.location.line:
            this.#readLine(reader.expectBytes(), index);
            break;
        }
      }
      if (id === 0 || this.#locationIds.has(id)) {
        throw unreadable(
          'an id of its own, not 0',
          `location ${String(index)} of a pprof profile`,
          String(id),
        );
      }
      this.#locationIds.set(id, index);
      if (this.#lineFrame.length === first) {
        // Nobody knew the function: its address is all there is.
        this.#pushLine(this.#tree.frame(`0x${address}`, files.get(mapping) ?? ''), 0, 0);
      }
    }
    this.#firstLine.push(this.#lineFrame.length);
  }

  #readLine(location: WireReader, index: number): void {
    const where = `location ${String(index)} of a pprof profile`;
    const reader = new WireReader(this.#bytes, location.start, location.end, `a line of ${where}`);
    let functionId: number | string = 0;
    let number = 0;
    while (reader.next()) {
      if (reader.field === field.line.function) functionId = reader.expectNumber().id;
      if (reader.field === field.line.line) {
        number = expectWhole(reader.expectNumber().signed, `the line of ${where}`, 0, MOST_LINE);
      }
    }
    const known = this.#functionFrames.get(functionId);
    if (known === undefined && functionId !== 0) {
      throw unreadable('the id of a function', where, String(functionId));
    }
    this.#pushLine(
      known?.frame ?? this.#tree.frame('(unknown)', ''),
      number,
      known?.startLine ?? 0,
    );
  }

  #pushLine(frame: number, number: number, startLine: number): void {
    if (this.#lineFrame.length >= MOST_ENTRIES) throw tooLarge('lines', MOST_ENTRIES, 'more');
    this.#lineFrame.push(frame);
    this.#lineNumber.push(number);
    this.#startLine.push(startLine);
  }

  #readMappings(): Map<number | string, string> {
    const files = new Map<number | string, string>();
    for (let index = 0; index < this.#mappings.length; index++) {
      const reader = this.#mappings.reader(this.#bytes, index);
      let id: number | string = 0;
      let file = '';
      while (reader.next()) {
        if (reader.field === field.mapping.id) id = reader.expectNumber().id;
        if (reader.field === field.mapping.filename) {
          file = this.#text(reader.expectNumber().unsigned);
        }
      }
      files.set(id, file);
    }
    return files;
  }

  readonly #stack = new Growing(new Uint32Array(256));

  #readSample(index: number, columns: ReadonlyMap<ValueName, ValueColumn>): void {
    const reader = this.#samples.reader(this.#bytes, index);
    const where = (): string => `sample ${String(index)} of a pprof profile`;
    const stack = this.#stack;
    stack.length = 0;
    let depth = 0;
    const values: number[] = [];
    const labels = new Map<string, string>();
    while (reader.next()) {
      switch (reader.field) {
        case field.sample.location:
          reader.eachNumber((each) => {
            const location = this.#locationIds.get(each.id);
            if (location === undefined) {
              throw unreadable('the id of a location', where, String(each.id));
            }
            stack.push(location);
            depth += this.#firstLine.get(location + 1) - this.#firstLine.get(location);
            if (depth > MOST_DEPTH) throw tooLarge('frames in a stack', MOST_DEPTH, 'more');
          });
          break;
        case field.sample.value:
          reader.eachNumber((each) => {
            if (values.length < this.#sampleTypes.length) values.push(each.signed);
            else throw unreadable(`${String(values.length)} values`, where, 'more');
          });
          break;
        case field.sample.label:
          this.#readLabel(reader.expectBytes(), labels);
          break;
      }
    }
    if (values.length !== this.#sampleTypes.length) {
      throw unreadable(`${String(this.#sampleTypes.length)} values`, where, String(values.length));
    }
    const value = (name: ValueName): number => {
      const column = columns.get(name);
      if (column === undefined) return 0;
      const most = Math.floor(Number.MAX_SAFE_INTEGER / column.factor);
      const number = values[column.index];
      return expectWhole(number, () => `${name} of ${where()}`, 0, most) * column.factor;
    };
    const id = labels.get('thread_id') ?? labels.get('thread id') ?? '';
    const name = labels.get('thread') ?? labels.get('thread name') ?? '';
    const hits = value('samples');
    const root = this.#root(id, name);
    const { node, line } = this.#nodeOf(root);
    this.#tree.add(node, where, hits, value('wall'), value('cpu'));
    if (line > 0) this.#tree.addLine(node, line, hits);
  }

  /** The node of the stack that was read, and the line its leaf is on, or 0. */
  #nodeOf(root: number): { node: number; line: number } {
    let node = root;
    let line = 0;
    // The root comes last in the file, and the caller last in a location that
    // others were inlined into.
    for (let at = this.#stack.length - 1; at >= 0; at--) {
      const location = this.#stack.get(at);
      const first = this.#firstLine.get(location);
      for (let each = this.#firstLine.get(location + 1) - 1; each >= first; each--) {
        const frame = this.#lineFrame.get(each);
        if (node === root && frame === this.#rootFrame) continue;
        node = this.#tree.child(node, frame);
        line = this.#lineNumber.get(each);
        // Where we know no line we write the function's own.
        if (this.#ours && line === this.#startLine.get(each)) line = 0;
      }
    }
    return { node, line: node === root ? 0 : line };
  }

  #readLabel(sample: WireReader, labels: Map<string, string>): void {
    const reader = new WireReader(this.#bytes, sample.start, sample.end, 'a label');
    let key = 0;
    let text = '';
    while (reader.next()) {
      if (reader.field === field.label.key) key = reader.expectNumber().unsigned;
      if (reader.field === field.label.text) text = this.#text(reader.expectNumber().unsigned);
      if (reader.field === field.label.number) text = String(reader.expectNumber().signed);
    }
    labels.set(this.#text(key), text);
  }

  /** The root of a thread. Without labels all is the main thread's. */
  #root(id: string, name: string): number {
    const key = `${id}\0${name}`;
    let root = this.#roots.get(key);
    if (root === undefined) {
      root = this.#tree.thread({
        id: /^-?\d{1,15}$/.test(id) ? Number(id) : this.#roots.size,
        name: name === '' ? 'main' : name,
        durationNanos: this.#durationNanos,
      });
      this.#roots.set(key, root);
    }
    return root;
  }
}

/** The name and the column of a function, where our exporter wrote them. */
function ownNameOf(
  systemName: string,
  between: string,
): { name: string; column: number } | undefined {
  const at = systemName.lastIndexOf(between);
  const column = at < 0 ? '' : systemName.slice(at + between.length);
  if (!/^\d{1,10}$/.test(column) || Number(column) > MOST_LINE) return undefined;
  return { name: systemName.slice(0, at), column: Number(column) };
}

/** What our exporter says in comments. */
function factsOf(comments: readonly string[]): {
  dropped: number;
  realInterval: RealInterval | null;
} {
  let dropped = 0;
  let realInterval: RealInterval | null = null;
  for (const text of comments) {
    const lost = /^dropped samples: (\d{1,15})$/.exec(text);
    if (lost !== null) dropped = Number(lost[1]);
    const reached = /^interval reached: mean (\S+) ms, stdev (\S+) ms, count (\d{1,15})$/.exec(
      text,
    );
    if (reached !== null) {
      const [mean, stdev, count] = reached.slice(1).map(Number) as [number, number, number];
      if (mean >= 0 && stdev >= 0) realInterval = { count, mean, stdev };
    }
  }
  return { dropped, realInterval };
}
