import type { SourceMapPlaces } from '../source-maps/options';
import type { CarriedError } from './carried-error';
import type { FormatName } from './formats';
import type { PackedMessage, PackedProfile } from './packed';

/** What is to be done with a profile. */
export interface Work {
  /** No format: the mapped profile itself is wanted. */
  readonly format: FormatName | undefined;
  /** Those of the format. */
  readonly options: object;
  readonly sourceMaps: SourceMapPlaces | undefined;
}

/** To the thread that encodes: a profile in pieces, then what to do with it, then
 * answers to what it asks. */
export type Order =
  | { readonly packed: PackedMessage }
  | { readonly work: Work; readonly askNode: boolean }
  | { readonly nodeMaps: ReadonlyMap<string, unknown> }
  | { readonly end: true };

/** From it. Only the last three end its work. */
export type Reply =
  | { readonly askNode: readonly string[] }
  | { readonly bytes: Uint8Array; readonly warnings: readonly string[] }
  | { readonly profile: PackedProfile; readonly warnings: readonly string[] }
  | { readonly error: CarriedError };
