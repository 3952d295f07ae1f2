import { collapsedLines } from '../profile/collapsed';
import type { Profile } from '../profile/profile';
import { TextBytes } from './bytes';
import type { ExportOptions } from './options';
import { expectStacksFit } from './stack-limit';
import { selfColumn } from './values';

/** Folded stacks, as `Profile.collapsedLines()` has them, of any value. */
export function encodeCollapsed(
  profile: Profile,
  { value = 'samples' }: ExportOptions = {},
): Uint8Array {
  const self = selfColumn(profile, value);
  expectStacksFit(profile, 'collapsed', self);
  const bytes = new TextBytes();
  for (const line of collapsedLines(profile, self)) bytes.add(line);
  return bytes.finish();
}
