import { expectOptions, wrongType } from './arguments';
import { native } from './native';
import type { Frame } from './profile/frames';
import { CountingRecorder, type FrameLike } from './recorder';

/**
 * Names a stack.
 *
 * @param stack root first; `line` and `column` are where each frame is now
 * @returns what is recorded: frames, or one name for the whole stack; `null` for
 *   nothing
 */
export type Measure = (stack: readonly Frame[]) => string | readonly FrameLike[] | null;

/** Options of a sampler. */
export interface SamplerOptions {
  /** By default each frame is its function and file, whatever line it is in. */
  measure?: Measure;
}

/**
 * Takes one stack, now, of the thread that calls it.
 *
 * ```js
 * const recorder = new CountingRecorder();
 * const sampler = new Sampler(recorder);
 * function foo() {
 *   sampler.run();
 * }
 * foo();
 * console.log(recorder.show());
 * ```
 */
export class Sampler {
  readonly #recorder: CountingRecorder;
  readonly #measure: Measure;

  /** @throws TypeError for a recorder or an option of another kind */
  constructor(recorder: CountingRecorder, options?: SamplerOptions) {
    if (!(recorder instanceof CountingRecorder)) {
      throw wrongType('a CountingRecorder', 'recorder', recorder);
    }
    const { measure = functionsOf } = expectOptions('the sampler options', options, ['measure']);
    if (typeof measure !== 'function') throw wrongType('a function', 'measure', measure);
    this.#recorder = recorder;
    this.#measure = measure as Measure;
  }

  /** Records the caller's stack once; `run` itself is not in it. */
  run(): void {
    const callers = native.captureStack()?.slice(1).reverse() ?? [];
    if (callers.length === 0) return;
    const measured = this.#measure(callers);
    if (measured !== null) this.#recorder.record(measured);
  }
}

function functionsOf(stack: readonly Frame[]): FrameLike[] {
  return stack.map(({ name, url }) => ({ name, url }));
}
