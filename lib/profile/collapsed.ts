import { FrameKind } from './frames';
import type { Profile } from './profile';

/**
 * Folded stacks: a line for each stack that has hits, its frames root first with
 * `;` between them, a space, and the number of samples it was the whole stack
 * of. The format is Brendan Gregg's (FlameGraph, stackcollapse); the 25-line
 * profiler that this project comes from printed it too.
 *
 * A frame is `name (url:line)`, or its name alone where the place is unknown.
 * Characters with a meaning in the format are replaced: `;` by `:`, line breaks
 * by a space. With several threads each stack begins with the thread's name.
 * Lines are in the order of the nodes, so equal profiles give equal bytes.
 *
 * @param self what stacks are weighed by: another column gives nanoseconds
 * @returns the lines, each ended by `\n`; none for a profile without hits
 */
export function* collapsedLines(
  profile: Profile,
  self: Float64Array = profile.selfHits,
): Generator<string, void, undefined> {
  const labels = frameLabels(profile);
  const path: string[] = [];
  for (let node = 0; node < profile.length; node++) {
    const frame = profile.frame[node] as number;
    const depth = profile.depth[node] as number;
    path.length = depth;
    path[depth] =
      profile.frames.kind(frame) === FrameKind.root
        ? cleaned(profile.threads[profile.thread[node] as number]?.name ?? '')
        : (labels[frame] as string);
    const weight = Math.round(self[node] as number);
    if (weight === 0) continue;
    // The thread's place is kept in the path, and shown where it tells apart.
    const shown = profile.threads.length > 1 ? path : path.slice(1);
    if (shown.length > 0) yield `${shown.join(';')} ${String(weight)}\n`;
  }
}

function frameLabels(profile: Profile): string[] {
  return Array.from({ length: profile.frames.length }, (_, index) => {
    const { name, url, line } = profile.frames.at(index);
    if (url === '') return cleaned(name);
    return cleaned(line > 0 ? `${name} (${url}:${String(line)})` : `${name} (${url})`);
  });
}

function cleaned(text: string): string {
  return text.replace(/;/g, ':').replace(/[\r\n\u2028\u2029]+/g, ' ');
}
