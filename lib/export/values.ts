import type { Profile } from '../profile/profile';
import { expectValue, selfColumn as columnOf } from '../profile/shares';
import type { ValueName } from '../profile/values';

/**
 * A value's self counts, node by node.
 *
 * @throws TypeError where the profile has no such value
 */
export function selfColumn(profile: Profile, value: ValueName): Float64Array {
  return columnOf(profile, expectValue(value, profile));
}
