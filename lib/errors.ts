/**
 * The stable code of an error. A message may improve, its code stays.
 *
 * - `ERR_PROFILER_INVALID_ARG_TYPE`: an argument of the wrong type (`TypeError`)
 * - `ERR_PROFILER_OUT_OF_RANGE`: a number outside its bounds (`RangeError`)
 * - `ERR_PROFILER_INVALID_FILTER`: no valid regular expression (`TypeError`)
 * - `ERR_PROFILER_UNKNOWN_OPTION`: an option that does not exist (`TypeError`)
 * - `ERR_PROFILER_NOT_STARTED`: `start()` has to come first
 * - `ERR_PROFILER_ALREADY_STARTED`: `start()` was called before
 * - `ERR_PROFILER_IN_USE`: another launcher of this process is started
 * - `ERR_PROFILER_CANCELLED`: the launcher was ended by `cancel()`
 * - `ERR_PROFILER_PAUSED`: it has to sample for that, and is paused
 * - `ERR_PROFILER_NO_SUCH_SPAN`: nothing is known any more of that time
 * - `ERR_PROFILER_UNKNOWN_THREAD`: no thread of that id or name was profiled
 * - `ERR_PROFILER_CODE_LOGGING_FIXED`: an earlier launcher chose otherwise
 * - `ERR_PROFILER_NO_THREAD`: the system gave no thread
 * - `ERR_PROFILER_TOKEN_NEEDED`: others could reach the pages, without a token
 * - `ERR_PROFILER_CANNOT_LISTEN`: the system refused the address of a server
 * - `ERR_PROFILER_V8_REFUSED`: V8 did not start a profile
 * - `ERR_PROFILER_INVALID_PROFILE`: a profile breaks its own rules
 * - `ERR_PROFILER_NOT_COMPARABLE`: profiles that cannot be put together
 * - `ERR_PROFILER_UNREADABLE_PROFILE`: bytes that are no profile, or a broken one
 * - `ERR_PROFILER_TOO_LARGE`: the names in the table fit into no string, or a
 *   profile into no file of that format or into no memory that it may take
 * - `ERR_PROFILER_BUSY`: too many profiles wait for the thread that encodes, or the
 *   main thread does not turn
 * - `ERR_PROFILER_THREAD_ENDED`: the thread that encodes or answers ended before its
 *   work, or this one is being terminated
 * - `ERR_PROFILER_NATIVE_LOAD`: the native addon could not be loaded
 */
export type ProfilerErrorCode =
  | 'ERR_PROFILER_INVALID_ARG_TYPE'
  | 'ERR_PROFILER_OUT_OF_RANGE'
  | 'ERR_PROFILER_INVALID_FILTER'
  | 'ERR_PROFILER_UNKNOWN_OPTION'
  | 'ERR_PROFILER_NOT_STARTED'
  | 'ERR_PROFILER_ALREADY_STARTED'
  | 'ERR_PROFILER_IN_USE'
  | 'ERR_PROFILER_CANCELLED'
  | 'ERR_PROFILER_PAUSED'
  | 'ERR_PROFILER_NO_SUCH_SPAN'
  | 'ERR_PROFILER_UNKNOWN_THREAD'
  | 'ERR_PROFILER_CODE_LOGGING_FIXED'
  | 'ERR_PROFILER_NO_THREAD'
  | 'ERR_PROFILER_TOKEN_NEEDED'
  | 'ERR_PROFILER_CANNOT_LISTEN'
  | 'ERR_PROFILER_V8_REFUSED'
  | 'ERR_PROFILER_INVALID_PROFILE'
  | 'ERR_PROFILER_NOT_COMPARABLE'
  | 'ERR_PROFILER_UNREADABLE_PROFILE'
  | 'ERR_PROFILER_TOO_LARGE'
  | 'ERR_PROFILER_BUSY'
  | 'ERR_PROFILER_THREAD_ENDED'
  | 'ERR_PROFILER_NATIVE_LOAD';

/** An error of the profiler. Bad arguments are `TypeError` or `RangeError`
 * instead, and have a `code` too. */
export class ProfilerError extends Error {
  override readonly name = 'ProfilerError';
  readonly code: ProfilerErrorCode;

  constructor(code: ProfilerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
