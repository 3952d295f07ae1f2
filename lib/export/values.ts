import { expectOneOf } from '../arguments';
import type { Profile } from '../profile/profile';
import type { ValueName } from '../profile/values';

/**
 * A value's self counts, node by node.
 *
 * @throws TypeError where the profile has no such value
 */
export function selfColumn(profile: Profile, value: ValueName): Float64Array {
  const measured = profile.valueTypes.map(({ name }) => name);
  const columns = {
    samples: profile.selfHits,
    wall: profile.selfWallNanos,
    cpu: profile.selfCpuNanos,
  };
  return columns[expectOneOf('value', value, measured)];
}
