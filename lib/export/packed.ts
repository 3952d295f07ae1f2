import { Frames, type FrameColumns } from '../profile/frames';
import { Profile, type ProfileData } from '../profile/profile';

/*
 * A profile as it goes from one thread to another: copied, since it stays in use
 * where it is, and piece by piece, so that the thread that copies may do something
 * else in between. Columns in shared memory would need no copy, but then those of
 * every profile would have to be.
 */

const profileColumns = {
  parent: Int32Array,
  frame: Uint32Array,
  selfHits: Float64Array,
  selfWallNanos: Float64Array,
  selfCpuNanos: Float64Array,
  lineNode: Uint32Array,
  lineNumber: Uint32Array,
  lineHits: Float64Array,
} as const;

const frameColumns = {
  name: Uint32Array,
  url: Uint32Array,
  line: Uint32Array,
  column: Uint32Array,
  kind: Uint8Array,
} as const;

type Column = Int32Array | Uint32Array | Float64Array | Uint8Array;

/** All of a profile that is in no column. */
type Description = Omit<ProfileData, keyof typeof profileColumns | 'frames'>;

interface PackedHead { readonly description: Description; readonly lengths: readonly number[] }

/** A piece of a column, of the joined strings, or some of the strings where one
 * has in it what would stand between two. */
type PackedPiece =
  | { readonly column: number; readonly at: number; readonly values: Column }
  | { readonly text: string }
  | { readonly strings: readonly string[] };

export type PackedMessage = PackedHead | PackedPiece;

/** A message, and the memory that goes with it. */
export interface Packed {
  readonly message: PackedMessage;
  readonly transfer: readonly ArrayBuffer[];
}

const PIECE_BYTES = 128 * 1024;
const PIECE_STRINGS = 4096;

/** All messages that a profile is sent in. Each takes well below a millisecond. */
export function* pack(profile: Profile): Generator<Packed, void, undefined> {
  const columns: Column[] = [
    ...keysOf(profileColumns).map((name) => profile[name]),
    ...keysOf(frameColumns).map((name) => profile.frames.columns[name]),
  ];
  const description = descriptionOf(profile);
  yield { message: { description, lengths: columns.map(({ length }) => length) }, transfer: [] };
  for (const [column, values] of columns.entries()) {
    const step = PIECE_BYTES / values.BYTES_PER_ELEMENT;
    for (let at = 0; at < values.length; at += step) {
      const piece = values.slice(at, at + step);
      const transfer = [piece.buffer];
      yield { message: { column, at, values: piece }, transfer };
    }
  }
  const { joined, strings } = profile.frames;
  if (joined === undefined) {
    for (let at = 0; at < strings.length; at += PIECE_STRINGS) {
      yield { message: { strings: strings.slice(at, at + PIECE_STRINGS) }, transfer: [] };
    }
    return;
  }
  for (let at = 0; at < joined.length; at += PIECE_BYTES) {
    yield { message: { text: joined.slice(at, at + PIECE_BYTES) }, transfer: [] };
  }
}

function descriptionOf(profile: Profile): Description {
  const isColumn = (value: unknown): boolean => ArrayBuffer.isView(value) || value instanceof Frames;
  const others = Object.entries(profile).filter(([, value]) => !isColumn(value));
  return Object.fromEntries(others) as unknown as Description;
}

/** Makes a profile again of its messages, taken in their order. */
export class Unpacking {
  readonly #description: Description;
  readonly #columns: readonly Column[];
  #text = '';
  #strings: string[] | undefined;

  constructor({ description, lengths }: PackedHead) {
    this.#description = description;
    const types = [...Object.values(profileColumns), ...Object.values(frameColumns)];
    this.#columns = types.map((type, index) => new type(lengths[index] ?? 0));
  }

  static isHead(message: PackedMessage): message is PackedHead {
    return 'lengths' in message;
  }

  add(piece: PackedPiece): void {
    if ('text' in piece) this.#text += piece.text;
    else if ('strings' in piece) (this.#strings ??= []).push(...piece.strings);
    else this.#columns[piece.column]?.set(piece.values, piece.at);
  }

  finish(): Profile {
    const all = [...keysOf(profileColumns), ...keysOf(frameColumns)];
    const columns = Object.fromEntries(all.map((name, index) => [name, this.#columns[index]]));
    const data = columns as unknown as ProfileData & FrameColumns;
    const { name, url, line, column, kind } = data;
    return new Profile({
      ...this.#description,
      ...pick(data),
      frames: new Frames(this.#strings ?? this.#text, { name, url, line, column, kind }),
    });
  }
}

function pick(data: ProfileData): Pick<ProfileData, keyof typeof profileColumns> {
  const { parent, frame, selfHits, selfWallNanos, selfCpuNanos } = data;
  const { lineNode, lineNumber, lineHits } = data;
  return {
    ...{ parent, frame, selfHits, selfWallNanos, selfCpuNanos },
    ...{ lineNode, lineNumber, lineHits },
  };
}

function keysOf<K extends string>(columns: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(columns) as K[];
}

/** The profile in one message. */
export interface PackedProfile {
  readonly messages: readonly PackedMessage[];
}

export function packWhole(profile: Profile): { packed: PackedProfile; transfer: ArrayBuffer[] } {
  const pieces = [...pack(profile)];
  return {
    packed: { messages: pieces.map(({ message }) => message) },
    transfer: pieces.flatMap(({ transfer }) => transfer),
  };
}

export function unpackWhole({ messages }: PackedProfile): Profile {
  const [head, ...pieces] = messages;
  const unpacking = new Unpacking(head as PackedHead);
  for (const piece of pieces) unpacking.add(piece as PackedPiece);
  return unpacking.finish();
}
