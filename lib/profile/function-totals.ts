import type { Profile } from './profile';
import type { ValueName } from './values';

/** Counts of functions, or of groups of them, by their index. */
export interface FunctionTotals {
  readonly hits: Float64Array;
  readonly selfHits: Float64Array;
  readonly wall: Float64Array;
  readonly selfWall: Float64Array;
  readonly cpu: Float64Array;
  readonly selfCpu: Float64Array;
  /** The node at which each stands first; the number of nodes where at none. */
  readonly first: Uint32Array;
}

/** How frames are put together: a group for each, below `length`. */
export interface FrameGroups {
  readonly of: Uint32Array;
  readonly length: number;
}

/** The columns, total and self, of a value. */
export function columnsOf(
  totals: FunctionTotals,
  value: ValueName,
): readonly [total: Float64Array, self: Float64Array] {
  if (value === 'samples') return [totals.hits, totals.selfHits];
  return value === 'wall' ? [totals.wall, totals.selfWall] : [totals.cpu, totals.selfCpu];
}

/**
 * The most of a value first; of as much in total, the most itself (or the other
 * way round). Equal counts stand as in the profile, callers before what they
 * call: an order that every format keeps, as it does not keep that of frames.
 */
export function byCounts(
  totals: FunctionTotals,
  value: ValueName,
  sort: 'total' | 'self',
): (a: number, b: number) => number {
  const [total, self] = columnsOf(totals, value);
  const [major, minor] = sort === 'total' ? [total, self] : [self, total];
  return (a, b) =>
    (major[b] as number) - (major[a] as number) ||
    (minor[b] as number) - (minor[a] as number) ||
    (totals.first[a] as number) - (totals.first[b] as number);
}

/**
 * One pass over the nodes, with a count for each function of how often it is on
 * the path to the current node: only its outermost node adds to its total.
 *
 * @param groups by default each frame is a function of its own
 */
export function functionTotals(profile: Profile, groups?: FrameGroups): FunctionTotals {
  const length = groups?.length ?? profile.frames.length;
  const of = (): Float64Array => new Float64Array(length);
  const totals: FunctionTotals = {
    hits: of(),
    selfHits: of(),
    wall: of(),
    selfWall: of(),
    cpu: of(),
    selfCpu: of(),
    first: new Uint32Array(length).fill(profile.frame.length),
  };
  const { parent, hits, wallNanos, cpuNanos } = profile;
  const group =
    groups === undefined
      ? profile.frame
      : profile.frame.map((each) => groups.of[each] as number);
  const onPath = new Uint32Array(length);
  const path: number[] = [];
  for (let node = 0; node < group.length; node++) {
    const caller = parent[node] as number;
    while (path.length > 0 && path[path.length - 1] !== caller) {
      const left = group[path.pop() as number] as number;
      onPath[left] = (onPath[left] as number) - 1;
    }
    path.push(node);
    const index = group[node] as number;
    if ((totals.first[index] as number) > node) totals.first[index] = node;
    if (onPath[index] === 0) {
      totals.hits[index] = (totals.hits[index] as number) + (hits[node] as number);
      totals.wall[index] = (totals.wall[index] as number) + (wallNanos[node] as number);
      totals.cpu[index] = (totals.cpu[index] as number) + (cpuNanos[node] as number);
    }
    onPath[index] = (onPath[index] as number) + 1;
  }
  addSelf(totals, profile, group);
  return totals;
}

/** The leaf of a stack has its self counts; in an inverted tree, where leaves
 * are on top, all that is below it is of its stacks. */
function addSelf(totals: FunctionTotals, profile: Profile, group: Uint32Array): void {
  const { inverted, parent } = profile;
  const hits = inverted ? profile.hits : profile.selfHits;
  const wall = inverted ? profile.wallNanos : profile.selfWallNanos;
  const cpu = inverted ? profile.cpuNanos : profile.selfCpuNanos;
  for (let node = 0; node < group.length; node++) {
    if (inverted && !isTop(parent, node)) continue;
    if (hits[node] === 0 && wall[node] === 0 && cpu[node] === 0) continue;
    const index = group[node] as number;
    totals.selfHits[index] = (totals.selfHits[index] as number) + (hits[node] as number);
    totals.selfWall[index] = (totals.selfWall[index] as number) + (wall[node] as number);
    totals.selfCpu[index] = (totals.selfCpu[index] as number) + (cpu[node] as number);
  }
}

/** Whether a node stands directly below a root. */
export function isTop(parent: Int32Array, node: number): boolean {
  const caller = parent[node] as number;
  return caller >= 0 && parent[caller] === -1;
}
