import type { Profile } from '../profile/profile';
import { Mapping } from './apply';
import { pathOf } from './files';
import type { SourceMapPlaces } from './options';
import { matcherOf } from './places';
import { generatedOfNode, type Search, type SourceMaps } from './source-maps';

/** A profile with original places, and what there is to say about it. */
export interface MappedProfile {
  readonly profile: Profile;
  readonly warnings: readonly string[];
}

/** Takes URLs of programs without a map on disk, and gives the maps that Node.js
 * has of them, by URL. */
export type AskNode<Answer> = (urls: readonly string[]) => Answer;

export type NodeMaps = ReadonlyMap<string, unknown>;

// A profile from elsewhere may have a thousand files, each with a broken map.
const MOST_WARNINGS = 100;

/**
 * Maps a profile: with the maps on disk, and then with those that Node.js has of
 * programs compiled in memory. A generator, since asking Node.js may take a
 * message to another thread: it yields the URLs it wants to know about.
 */
export function* mappingOf(
  profile: Profile,
  maps: SourceMaps,
  places: SourceMapPlaces,
): Generator<readonly string[], MappedProfile, NodeMaps> {
  const isWanted = matcherOf(places);
  const mapping = new Mapping(profile);
  const warnings = new Set<string>();
  const missing: string[] = [];
  const unknown: string[] = [];
  const take = (url: string, { generated, warning }: Search): void => {
    if (warning !== undefined) warnings.add(warning);
    if (generated !== undefined) mapping.add(url, generated);
  };
  for (const url of mapping.urls) {
    const search = maps.find(url, isWanted);
    take(url, search);
    if (search.isMissing) missing.push(url);
    if (search.generated?.map === undefined && isKnowable(url, places, isWanted)) unknown.push(url);
  }
  const nodeMaps = unknown.length > 0 ? yield unknown : new Map<string, unknown>();
  for (const url of unknown) {
    const payload = nodeMaps.get(url);
    if (payload !== undefined) take(url, generatedOfNode(url, payload));
  }
  const stillMissing = missing.filter((url) => !nodeMaps.has(url));
  if (stillMissing.length > 0) warnings.add(missingFiles(stillMissing));
  return { profile: mapping.finish(), warnings: bounded([...warnings]) };
}

/** Whether Node.js may have a map: of files, and of code that `//# sourceURL` gives
 * another URL. */
function isKnowable(
  url: string,
  places: SourceMapPlaces,
  isWanted: (path: string) => boolean,
): boolean {
  const path = pathOf(url);
  return path === undefined
    ? places === true && /^[a-z][a-z0-9+.-]*:\/\//i.test(url)
    : isWanted(path);
}

/** The same in one go. */
export function mapProfile(
  profile: Profile,
  maps: SourceMaps,
  places: SourceMapPlaces,
  askNode: AskNode<NodeMaps>,
): MappedProfile {
  const steps = mappingOf(profile, maps, places);
  let step = steps.next();
  while (step.done !== true) step = steps.next(askNode(step.value));
  return step.value;
}

function missingFiles(urls: readonly string[]): string {
  const which = urls.length === 1 ? String(urls[0]) : `${String(urls.length)} files, such as ${String(urls[0])},`;
  return `Expected the files of the profile on this machine but ${which} cannot be found: their frames keep the generated position`;
}

function bounded(warnings: readonly string[]): readonly string[] {
  if (warnings.length <= MOST_WARNINGS) return warnings;
  const more = warnings.length - MOST_WARNINGS;
  return [...warnings.slice(0, MOST_WARNINGS), `${String(more)} more warnings are left out`];
}
