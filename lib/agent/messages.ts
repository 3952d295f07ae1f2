import type { CarriedError } from '../export/carried-error';
import type { RequestTimesAnswer } from '../web/api';
import type { CaptureQuery, Controls, Desk } from '../web/desk';
import type { LauncherState } from './launcher-state';

/** Where the stand-alone pages are served, as `serve()` has checked it. */
export interface ServerOptions {
  readonly port: number;
  readonly host: string;
  readonly token: string | undefined;
}

/** What can be asked of the agent thread, all with one answer. */
export type Question =
  | {
      readonly [M in Exclude<keyof Desk, 'capture'>]: {
        readonly method: M;
        readonly args: Parameters<Desk[M]>;
      };
    }[Exclude<keyof Desk, 'capture'>]
  | { readonly method: 'capture'; readonly args: readonly [CaptureQuery] }
  | { readonly method: 'serve'; readonly args: readonly [ServerOptions] }
  | { readonly method: 'closeServer'; readonly args: readonly [string] };

/** What a server that listens is known by. */
export interface Served {
  readonly server: string;
  readonly url: string;
}

/** To the agent thread. */
export type ToAgent =
  | { readonly ask: number; readonly question: Question }
  | { readonly abort: number }
  | { readonly state: LauncherState }
  | { readonly requestTimes: RequestTimesAnswer }
  | { readonly done: number; readonly error?: CarriedError };

/** A change that is to be made on the launcher's thread. */
export type Change = {
  readonly [M in keyof Controls]: { readonly method: M; readonly args: Parameters<Controls[M]> };
}[keyof Controls];

/** From the agent thread. */
export type FromAgent =
  | { readonly answer: number; readonly result: Uint8Array | Served | undefined }
  | { readonly answer: number; readonly error: CarriedError }
  | { readonly change: Change; readonly id: number };
