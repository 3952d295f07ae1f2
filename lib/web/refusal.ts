import { ProfilerError, type ProfilerErrorCode } from '../errors';
import type { Refusal } from './api';

/** Why a request is refused. */
export type RefusalCode =
  | ProfilerErrorCode
  | 'ERR_PROFILER_INVALID_REQUEST'
  | 'ERR_PROFILER_NOT_LOGGED_IN'
  | 'ERR_PROFILER_NOT_ALLOWED'
  | 'ERR_PROFILER_FORGED_REQUEST'
  | 'ERR_PROFILER_NO_SUCH_PAGE'
  | 'ERR_PROFILER_WRONG_METHOD'
  | 'ERR_PROFILER_INTERNAL';

/** A request that gets no other answer than this. */
export class RequestRefusal extends Error {
  readonly status: number;
  readonly code: RefusalCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: RefusalCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  get body(): Refusal {
    return { error: { code: this.code, message: this.message } };
  }
}

export function invalid(message: string): RequestRefusal {
  return new RequestRefusal(400, 'ERR_PROFILER_INVALID_REQUEST', message);
}

const statuses: Partial<Record<string, number>> = {
  ERR_PROFILER_INVALID_ARG_TYPE: 400,
  ERR_PROFILER_OUT_OF_RANGE: 400,
  ERR_PROFILER_NOT_STARTED: 409,
  ERR_PROFILER_CANCELLED: 409,
  ERR_PROFILER_IN_USE: 409,
  ERR_PROFILER_TOO_LARGE: 507,
  ERR_PROFILER_PAUSED: 409,
  ERR_PROFILER_V8_REFUSED: 409,
  ERR_PROFILER_UNKNOWN_THREAD: 404,
  ERR_PROFILER_NO_SUCH_SPAN: 404,
  ERR_PROFILER_BUSY: 503,
  ERR_PROFILER_THREAD_ENDED: 503,
  ERR_PROFILER_NO_THREAD: 503,
};

/** The refusal that an error stands for. What the package did not foresee is told
 * without its message, which may speak of anything. */
export function refusalOf(error: unknown): RequestRefusal {
  if (error instanceof RequestRefusal) return error;
  const { code } = error as { code?: unknown };
  const status = typeof code === 'string' ? statuses[code] : undefined;
  if (status !== undefined || error instanceof ProfilerError) {
    const { message } = error as Error;
    return new RequestRefusal(status ?? 500, code as ProfilerErrorCode, message);
  }
  return new RequestRefusal(
    500,
    'ERR_PROFILER_INTERNAL',
    'Expected to have an answer to this but something went wrong in the profiler',
  );
}
