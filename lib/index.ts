// First, for the time.
import { noteLoadEnded } from './load-time';
import { hookWorkers } from './threads/worker-hook';

export { ProfilerError, type ProfilerErrorCode } from './errors';
export { htmlOf, htmlOfDiff, type HtmlOptions } from './export/html';
export type { EncodeOptions, FormatName, MapOptions, SourceMapOptions } from './export';
export { SimpleLauncher, SimpleLauncher as default, type ProfileOptions } from './launcher';
export type { CodeLogging, LateCode, LauncherOptions, StallOptions, Threads } from './options';
export type { ThreadProfile } from './profile/by-thread';
export type {
  DiffFunctionsOptions,
  DiffOptions,
  NormalisedBy,
  ProfileDiff,
  SlowerOptions,
} from './profile/diff';
export type { DiffRecord, DiffSide } from './profile/diff-functions';
export { FrameKind, type Frame, type FrameColumns, type Frames } from './profile/frames';
export type { InvertOptions } from './profile/invert';
export type { FunctionPlace, LineRecord } from './profile/lines';
export type { FramePattern } from './profile/matcher';
export type { PackageOptions, PackageRecord } from './profile/packages';
export {
  Profile,
  type ProfileSums,
  type ProfileThread,
  type RealInterval,
} from './profile/profile';
export { valueTypes, type ValueName, type ValueType } from './profile/values';
export type { Shares } from './profile/shares';
export type { HideOptions } from './profile/stacks';
export type { Interval } from './profile/statistics';
export type {
  FunctionCounts,
  ProfileRecord,
  RankedFunction,
  SortOrder,
  TopFunctionsOptions,
} from './profile/top-functions';
export type { QueryOptions, QueryResult } from './query';
export type { ReadOptions } from './read';
export { CountingRecorder, type FrameLike, type RecorderOptions } from './recorder';
export { Sampler, type Measure, type SamplerOptions } from './sampler';
export type { ShowOptions } from './show';
export type { Stall } from './stalls';
export type { ProfilerStats, TimeStats } from './stats';
export type { ThreadChoice } from './threads/choose';
export { SamplingTracker } from './tracker';
export type { PageServerHandle, ServeOptions } from './web/serve-options';

// Who takes `Worker` out of its module from now on gets one that can join.
hookWorkers();
noteLoadEnded();
