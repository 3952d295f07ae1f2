/** What others have to know of a launcher to speak of it. */
export interface LauncherState {
  readonly state: 'new' | 'started' | 'cancelled';
  readonly isPaused: boolean;
  /** Since when both are so, in milliseconds since the Unix epoch. */
  readonly sinceMillis: number;
  /** When it was unpaused last; NaN before it ever was. */
  readonly unpausedMillis: number;
  /** How often it was unpaused since its counts began. */
  readonly runs: number;
  /** How often its counts were forgotten. */
  readonly resets: number;
  readonly intervalMillis: number;
  readonly maxOverhead: number;
  /** What has to be known to read its figures right, beside what its stats say. */
  readonly notes: readonly string[];
}
