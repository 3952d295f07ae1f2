import { expectCount, expectOptions } from '../arguments';
import { FrameKind, type Frames } from './frames';
import { byCounts, columnsOf, functionTotals, type FrameGroups } from './function-totals';
import type { Profile } from './profile';
import { expectValue, sharesOf, wholeOf, type Shares } from './shares';
import {
  countsOf,
  expectSort,
  isEmpty,
  type FunctionCounts,
  type SortOrder,
} from './top-functions';
import type { ValueName } from './values';

/** What was counted of the functions of a package. A sample counts once for a
 * package, however many of its functions are on the stack. */
export interface PackageRecord extends FunctionCounts, Shares {
  /** The name on npm; `(application)` for code that is in no package, `(node)`
   * for Node.js's own modules, `(no file)` for V8's builtins, regular expressions
   * and others that are in no file. */
  readonly package: string;
}

export interface PackageOptions {
  /** At most so many; all by default. */
  limit?: number;
  /** Default `'total'`. */
  sort?: SortOrder;
  /** What shares are of, and what is sorted by: samples (the default, where they
   * were counted), wall time or CPU time. */
  value?: ValueName;
}

/** Whether a function is of a module of Node.js itself. */
export function isNodeInternal(url: string): boolean {
  return url.startsWith('node:');
}

/**
 * The npm package that a file is of: what follows the last `node_modules` of its
 * path. That holds for npm, for pnpm (`.pnpm/x@1.0.0/node_modules/x`) and for
 * Yarn's archives (`.yarn/cache/x-npm-1.0.0.zip/node_modules/x`), which all have
 * it there. Folders of tools (`node_modules/.cache`) are no packages.
 */
export function npmPackageOf(url: string): string | undefined {
  const segments = pathOf(url).split('/');
  for (let index = segments.length - 2; index >= 0; index--) {
    if (segments[index] !== 'node_modules') continue;
    const [first = '', second = ''] = segments.slice(index + 1);
    if (first === '' || first.startsWith('.')) continue;
    if (!first.startsWith('@')) return first;
    if (second !== '') return `${first}/${second}`;
  }
  return undefined;
}

function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url.replaceAll('\\', '/');
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/** The package of a function, or what stands for one. */
export function packageOf(url: string): string {
  if (url === '') return '(no file)';
  if (isNodeInternal(url)) return '(node)';
  return npmPackageOf(url) ?? '(application)';
}

/** `Profile.byPackage()`. */
export function byPackage(profile: Profile, options: unknown): PackageRecord[] {
  const given = expectOptions('the options', options, ['limit', 'sort', 'value']);
  const limit = expectCount('limit', given.limit ?? Infinity, { min: 0, max: Infinity });
  const sort = expectSort(given.sort ?? 'total');
  const value = expectValue(given.value, profile);
  const { names, ...groups } = packagesOf(profile.frames);
  const totals = functionTotals(profile, groups);
  const whole = wholeOf(profile, value);
  const [total, self] = columnsOf(totals, value);
  return Array.from(names.keys())
    .filter((index) => index !== STATES && !isEmpty(totals, index))
    .sort(byCounts(totals, value, sort))
    .slice(0, limit)
    .map((index) => ({
      package: names[index] as string,
      ...countsOf(totals, index),
      ...sharesOf(total[index] as number, self[index] as number, whole),
    }));
}

/** The group of frames that are no functions. */
const STATES = 0;

function packagesOf(frames: Frames): FrameGroups & { names: readonly string[] } {
  const names = [''];
  const groups = new Map<string, number>();
  /** By URL: many functions are of one file. */
  const groupOfUrl = new Map<string, number>();
  const of = Uint32Array.from({ length: frames.length }, (_, index) => {
    if (frames.kind(index) !== FrameKind.function) return STATES;
    const url = frames.url(index);
    let group = groupOfUrl.get(url);
    if (group === undefined) {
      const name = packageOf(url);
      group = groups.get(name);
      if (group === undefined) {
        group = names.push(name) - 1;
        groups.set(name, group);
      }
      groupOfUrl.set(url, group);
    }
    return group;
  });
  return { of, length: names.length, names };
}
