import { expectOneOf } from '../arguments';
import type { Profile } from '../profile/profile';
import { mapProfile, type MappedProfile } from '../source-maps/map-profile';
import { nodeMapOf } from '../source-maps/node-maps';
import type { SourceMapPlaces } from '../source-maps/options';
import { SourceMaps } from '../source-maps/source-maps';
import { formats, type Format, type FormatName } from './formats';

// Work on the calling thread. What it takes is not loaded before.

let maps: SourceMaps | undefined;

/** @throws TypeError when there is no format of that name */
export function formatNamed(name: unknown): Format {
  return formats[expectOneOf('format', name, Object.keys(formats) as FormatName[])];
}

/** Maps on this thread, with maps kept from one call to the next. */
export function mapHere(profile: Profile, sourceMaps: SourceMapPlaces): MappedProfile {
  maps ??= new SourceMaps();
  return mapProfile(profile, maps, sourceMaps, (urls) => {
    const found = urls.map((url) => [url, nodeMapOf(url)] as const);
    return new Map(found.filter(([, map]) => map !== undefined));
  });
}
