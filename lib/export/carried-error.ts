import { ProfilerError, type ProfilerErrorCode } from '../errors';

/** An error as it goes from one thread to another: of an `Error`, a copy between
 * threads keeps neither its class nor its code. */
export interface CarriedError {
  readonly kind: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
}

export function carried(thrown: unknown): CarriedError {
  if (!(thrown instanceof Error)) {
    return { kind: 'Error', message: String(thrown), stack: undefined, code: undefined };
  }
  const { code } = thrown as { code?: unknown };
  return {
    kind: thrown.name,
    message: thrown.message,
    stack: thrown.stack,
    code: typeof code === 'string' ? code : undefined,
  };
}

export function errorOf({ kind, message, stack, code }: CarriedError): Error {
  const error = made(kind, message, code);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function made(kind: string, message: string, code: string | undefined): Error {
  if (kind === 'ProfilerError') return new ProfilerError(code as ProfilerErrorCode, message);
  const error =
    kind === 'TypeError'
      ? new TypeError(message)
      : kind === 'RangeError'
        ? new RangeError(message)
        : new Error(message);
  return code === undefined ? error : Object.assign(error, { code });
}
