import type { FlameData, FlameValue } from '../../export/flame-data';

/** The kinds of frames: the numbers of `FrameKind`, and the page's own. */
export const Kind = {
  function: 0,
  root: 1,
  idle: 2,
  program: 3,
  garbageCollector: 4,
  profiler: 5,
  truncated: 6,
  thin: 100,
} as const;

/** The data of the page, as columns of typed arrays and texts to show. */
export class Source {
  readonly data: FlameData;
  readonly parent: Int32Array;
  readonly frame: Int32Array;
  readonly thread: Int32Array;
  readonly self: readonly Record<FlameValue, Float64Array>[];
  readonly kind: Int32Array;
  readonly pack: Int32Array;
  readonly isInternal: Uint8Array;
  /** Hits by source line of each frame that has some, the most first. */
  readonly lines = new Map<number, { line: number; hits: number }[]>();

  constructor(data: FlameData) {
    this.data = data;
    const { up, frame } = data.nodes;
    this.parent = Int32Array.from(up, (distance, node) => (distance === 0 ? -1 : node - distance));
    this.frame = Int32Array.from(frame);
    this.kind = Int32Array.from(data.frames.kind);
    this.pack = Int32Array.from(data.frames.pack);
    let thread = -1;
    this.thread = Int32Array.from(up, (distance) => (distance === 0 ? ++thread : thread));
    this.self = data.sides.map(({ samples, wall, cpu }) => ({
      samples: Float64Array.from(samples),
      wall: Float64Array.from(wall),
      cpu: Float64Array.from(cpu),
    }));
    const node = data.packages.indexOf('node');
    this.isInternal = Uint8Array.from(this.pack, (pack, index) =>
      // A package may have the name `node`: it is not Node.js itself.
      pack === node && this.url(index).startsWith('node:') ? 1 : 0,
    );
    data.lines.frame.forEach((owner, index) => {
      const lines = this.lines.get(owner) ?? [];
      lines.push({ line: data.lines.line[index] ?? 0, hits: data.lines.hits[index] ?? 0 });
      this.lines.set(owner, lines);
    });
    for (const lines of this.lines.values()) lines.sort((a, b) => b.hits - a.hits);
  }

  get isDiff(): boolean {
    return this.self.length > 1;
  }

  name(frame: number): string {
    const name = this.data.strings[this.data.frames.name[frame] ?? -1] ?? '';
    return name === '' ? '(anonymous)' : name;
  }

  url(frame: number): string {
    return this.data.strings[this.data.frames.url[frame] ?? -1] ?? '';
  }

  place(frame: number): string {
    const url = this.url(frame);
    if (url === '') return '';
    const line = this.data.frames.line[frame] ?? 0;
    const column = this.data.frames.column[frame] ?? 0;
    return `${url}${line > 0 ? `:${line}` : ''}${line > 0 && column > 0 ? `:${column}` : ''}`;
  }

  /** What the frame belongs to, in words. */
  owner(frame: number): string {
    if (this.kind[frame] !== Kind.function) return '(state)';
    const pack = this.pack[frame] ?? -1;
    if (pack < 0) return '(no file)';
    if (this.isInternal[frame] === 1) return '(node)';
    const name = this.data.packages[pack] ?? '';
    return name === '' ? '(application)' : name;
  }

  threadName(thread: number): string {
    const name = this.data.threads[thread] ?? '';
    return name === '' ? `thread ${thread}` : name;
  }
}
