import { FrameKind, valueTypes, type Profile } from 'ox-profile';
import { ProfileBuilder } from '../../dist/profile/builder';

const marked = { name: 'parse', url: '/srv/node_modules/marked/lib/marked.js', line: 86, column: 3 };
const serve = { name: 'serve', url: '/srv/app.js', line: 41, column: 1 };
const internal = { name: 'processTicks', url: 'node:internal/process/task_queues', line: 9, column: 1 };
export const hostile = '<img src=x onerror=alert(1)>';
export const breaking = '</script><script>document.title="taken"</script>';

/** serve 10 (parse 60), processTicks 0 (serve 0 (parse 30)), and 100 idle. */
export function sample(threads = 1, parseHits = 60): Profile {
  const builder = new ProfileBuilder();
  for (let id = 0; id < threads; id++) {
    const name = id === 0 ? 'main' : `worker ${String(id)}`;
    const root = builder.thread({ id, name, ended: false, durationNanos: 2e9, unattributedNanos: 0, ageNanos: 0 });
    const idle = { name: '(idle)', url: '', line: 0, column: 0 };
    builder.add(builder.child(root, builder.frame(idle, FrameKind.idle)), 100, 1e9);
    const outer = builder.child(root, builder.frame(serve));
    builder.add(outer, 10, 1e8, 9e7);
    const inner = builder.child(outer, builder.frame(marked));
    builder.add(inner, parseHits, 6e8, 5e8);
    builder.addLine(inner, 90, 40);
    builder.addLine(inner, 95, 7);
    const ticks = builder.child(root, builder.frame(internal));
    builder.add(builder.child(builder.child(ticks, builder.frame(serve)), builder.frame(marked)), 30, 3e8, 3e8);
  }
  return builder.finish(description);
}

const onlyThread = { id: 0, name: 'main', ended: false, durationNanos: 0, unattributedNanos: 0, ageNanos: 0 };
export const description = { startMillis: 1.7e12, intervalMillis: 10, realInterval: null, dropped: 4 };

export function named(names: readonly string[]): Profile {
  const builder = new ProfileBuilder();
  const root = builder.thread(onlyThread);
  for (const name of names) {
    const frame = builder.frame({ name, url: `/x/${name}`, line: 1, column: 1 });
    builder.add(builder.child(root, frame), 1);
  }
  return builder.finish({ ...description, valueTypes: valueTypes.slice(0, 1) });
}

/** A tree of a few wide and very many thin nodes. */
export function wide(count: number): Profile {
  const builder = new ProfileBuilder();
  const root = builder.thread(onlyThread);
  for (let index = 0; index < count; index++) {
    const name = `f${String(index)}`;
    const outer = builder.child(root, builder.frame({ name: `g${String(index % 7)}`, url: '', line: 0, column: 0 }));
    builder.add(builder.child(outer, builder.frame({ name, url: '/w.js', line: index, column: 1 })), 1);
  }
  return builder.finish(description);
}
