import type { Profile } from '../profile/profile';
import {
  expectArray,
  expectFinite,
  expectObject,
  expectString,
  expectWhole,
  shown,
  unreadable,
} from './expect';
import { MOST_LINE, nanosOfUnit, TreeReader } from './tree';

/** Reads speedscope's own format, profiles of the type "sampled". */
export function readSpeedscope(file: Record<string, unknown>): Profile {
  const tree = new TreeReader();
  const shared = expectObject(file.shared, 'shared of a speedscope file');
  const frames = Uint32Array.from(
    expectArray(shared.frames, 'shared.frames of a speedscope file'),
    (frame, index) => frameOf(tree, frame, index),
  );
  // Ours has one entry a stack, others one a sample.
  const ours = typeof file.exporter === 'string' && file.exporter.startsWith('ox-profile@');
  const values = new Set<'samples' | 'wall'>();
  const profiles = expectArray(file.profiles, 'profiles of a speedscope file');
  if (profiles.length === 0) {
    throw unreadable('at least one profile', 'profiles of a speedscope file', 'none');
  }
  profiles.forEach((value, index) => {
    const where = (key: string) => () =>
      `${key} of profiles[${String(index)}] of a speedscope file`;
    const profile = expectObject(value, where('all'));
    if (profile.type !== 'sampled') {
      throw unreadable("'sampled'", where('type'), shown(profile.type));
    }
    const unit = expectString(profile.unit, where('unit'));
    const nanos = unit === 'none' ? undefined : nanosOfUnit(unit);
    if (unit !== 'none' && nanos === undefined) {
      throw unreadable("'none' or a unit of time", where('unit'), shown(unit));
    }
    if (nanos === undefined || !ours) values.add('samples');
    if (nanos !== undefined) values.add('wall');
    const samples = expectArray(profile.samples, where('samples'));
    const weights = expectArray(profile.weights, where('weights'));
    if (samples.length !== weights.length) {
      throw unreadable('a weight for each sample', where('weights'), String(weights.length));
    }
    const name = expectString(profile.name, where('name'));
    const end = typeof profile.endValue === 'number' ? profile.endValue : 0;
    const start = typeof profile.startValue === 'number' ? profile.startValue : 0;
    const durationNanos = Math.max(0, end - start) * (nanos ?? 0);
    const root = tree.thread({
      // Ours say it behind the name where there are several.
      id: Number((ours ? /\((-?\d{1,15})\)$/.exec(name)?.[1] : undefined) ?? index),
      name: ours ? name.replace(/ \(-?\d{1,15}\)$/, '') : name,
      durationNanos: expectFinite(durationNanos, where('endValue')),
    });
    samples.forEach((stack, at) => {
      let node = root;
      for (const each of expectArray(stack, where('samples'))) {
        const frame = frames[expectWhole(each, where('samples'), 0, frames.length - 1)] as number;
        node = tree.child(node, frame);
      }
      const weight = expectFinite(weights[at], where('weights'));
      if (nanos === undefined) tree.add(node, where('weights'), weight);
      else tree.add(node, where('weights'), ours ? 0 : 1, weight * nanos);
    });
  });
  return tree.finish({ values: [...values] });
}

function frameOf(tree: TreeReader, value: unknown, index: number): number {
  const where = (): string => `shared.frames[${String(index)}] of a speedscope file`;
  const { name, file, line, col } = expectObject(value, where);
  return tree.frame(
    expectString(name, where),
    expectString(file ?? '', where),
    expectWhole(line ?? 0, where, 0, MOST_LINE),
    expectWhole(col ?? 0, where, 0, MOST_LINE),
  );
}
