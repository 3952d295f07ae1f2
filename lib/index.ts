// First, for the time.
import { noteLoadEnded } from './load-time';

export { ProfilerError, type ProfilerErrorCode } from './errors';
export type { EncodeOptions, FormatName, MapOptions, SourceMapOptions } from './export';
export { SimpleLauncher, SimpleLauncher as default, type ProfileOptions } from './launcher';
export type { CodeLogging, LateCode, LauncherOptions, StallOptions, Threads } from './options';
export { FrameKind, type Frame, type FrameColumns, type Frames } from './profile/frames';
export {
  Profile,
  type ProfileSums,
  type ProfileThread,
  type RealInterval,
} from './profile/profile';
export { valueTypes, type ValueName, type ValueType } from './profile/values';
export type { ProfileRecord, SortOrder, TopFunctionsOptions } from './profile/top-functions';
export type { QueryOptions, QueryResult } from './query';
export { CountingRecorder, type FrameLike, type RecorderOptions } from './recorder';
export { Sampler, type Measure, type SamplerOptions } from './sampler';
export type { ShowOptions } from './show';
export type { Stall } from './stalls';
export type { ProfilerStats, TimeStats } from './stats';
export type { ThreadChoice } from './threads/choose';
export { SamplingTracker } from './tracker';

noteLoadEnded();
