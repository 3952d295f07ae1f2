// An ES module that uses the package. It is compiled, never run.

import oxProfile, { Profile, SamplingTracker, SimpleLauncher } from 'ox-profile';
import type { ProfileRecord } from 'ox-profile';

{
  using launcher = SimpleLauncher.launch({ codeLogging: 'eager', lateCode: 'repair' });

  const profile: Profile = launcher.profile();
  const collapsed: string = profile.toCollapsed();
  const top = profile.topFunctions();
  console.log(collapsed, top, profile.columns);

  const tracker: SamplingTracker = launcher.tracker;
  console.log(tracker.stats());
}

const launcher: SimpleLauncher = new oxProfile.SimpleLauncher();
const names: string[] = launcher.query().records.map((record: ProfileRecord) => record.name);
console.log(names);
launcher[Symbol.dispose]();

// @ts-expect-error: the package exports no such thing.
console.log(oxProfile.NoSuchThing);
