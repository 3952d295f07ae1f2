// An ES module that uses the package. It is compiled, never run.

import Launcher, { Profile, SamplingTracker, SimpleLauncher } from 'ox-profile';
import * as oxProfile from 'ox-profile';
import type { ProfileRecord } from 'ox-profile';

{
  using launcher = SimpleLauncher.launch({ codeLogging: 'eager', lateCode: 'repair' });

  const profile: Profile = launcher.profile();
  const top: ProfileRecord[] = profile.topFunctions({ limit: 5, sort: 'self' });
  const collapsed: string = profile.toCollapsed();
  const columns: Float64Array[] = [profile.hits, profile.selfHits];
  console.log(top, collapsed, columns);
  for (const node of profile.walk()) {
    console.log(profile.depth[node], profile.selfWallNanos[node]);
  }

  const tracker: SamplingTracker = launcher.tracker;
  const mean: number | undefined = tracker.stats()?.mean;
  console.log(mean);
}

const launcher: SimpleLauncher = new Launcher();
const names: string[] = launcher.query().records.map((record: ProfileRecord) => record.name);
console.log(names);
launcher[Symbol.dispose]();

// @ts-expect-error: the package exports no such thing.
console.log(oxProfile.NoSuchThing);
