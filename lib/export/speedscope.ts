import type { Profile } from '../profile/profile';
import type { ValueName } from '../profile/values';
import { TextBytes } from './bytes';
import type { ExportOptions } from './options';
import { expectStacksFit } from './stack-limit';
import { selfColumn } from './values';
import { packageVersion } from './version';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

/** Speedscope's own format: a "sampled" profile for each thread. */
export function encodeSpeedscope(
  profile: Profile,
  { value = 'samples', title = 'ox-profile' }: ExportOptions = {},
): Uint8Array {
  const self = selfColumn(profile, value);
  expectStacksFit(profile, 'speedscope', self);
  const bytes = new TextBytes();
  bytes.add(`{"$schema":"${SCHEMA}","exporter":"ox-profile@${packageVersion}",`);
  bytes.add(`"name":${JSON.stringify(title)},"activeProfileIndex":0,\n"shared":{"frames":`);
  bytes.addList(profile.frames.length, (index) => frameText(profile, index));
  bytes.add('},\n"profiles":');
  bytes.add('[');
  profile.threads.forEach((_, thread) => {
    if (thread > 0) bytes.add(',\n');
    writeThread(bytes, profile, thread, self, value);
  });
  bytes.add(']}\n');
  return bytes.finish();
}

function frameText({ frames }: Profile, index: number): string {
  const { name, url, line, column } = frames.at(index);
  return JSON.stringify({
    name,
    ...(url === '' ? {} : { file: url }),
    ...(line === 0 ? {} : { line }),
    ...(column === 0 ? {} : { col: column }),
  });
}

function writeThread(
  bytes: TextBytes,
  profile: Profile,
  thread: number,
  self: Float64Array,
  value: ValueName,
): void {
  const { threads, length, depth, frame } = profile;
  const { firstNode, name, id } = threads[thread] as Profile['threads'][number];
  const end = threads[thread + 1]?.firstNode ?? length;
  const nodes: number[] = [];
  let sum = 0;
  for (let node = firstNode; node < end; node++) {
    const weight = Math.round(self[node] as number);
    if (weight > 0) nodes.push(node);
    sum += weight;
  }
  const label = threads.length > 1 ? `${name} (${String(id)})` : name;
  const unit = value === 'samples' ? 'none' : 'nanoseconds';
  bytes.add(`{"type":"sampled","name":${JSON.stringify(label)},"unit":"${unit}",`);
  bytes.add(`"startValue":0,"endValue":${String(sum)},\n"samples":`);
  const path: number[] = [];
  let last = firstNode;
  bytes.addList(nodes.length, (index) => {
    const node = nodes[index] as number;
    // Nodes stand depth first: all on the way here came after the last stack.
    for (; last <= node; last++) {
      path.length = depth[last] as number;
      path.push(frame[last] as number);
    }
    return `[${path.slice(1).join(',')}]`;
  });
  bytes.add(',\n"weights":');
  bytes.addList(nodes.length, (index) =>
    String(Math.round(self[nodes[index] as number] as number)),
  );
  bytes.add('}');
}
