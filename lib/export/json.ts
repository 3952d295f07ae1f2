import type { Profile } from '../profile/profile';
import { TextBytes } from './bytes';

/** The version of the format. A reader refuses one that it does not know. */
export const JSON_VERSION = 1;

type Column = Int32Array | Uint32Array | Float64Array | Uint8Array;

/** All columns of a profile: read back, it is the same profile. */
export function encodeJson(profile: Profile): Uint8Array {
  const { frames } = profile;
  const bytes = new TextBytes();
  const head = {
    format: 'ox-profile',
    version: JSON_VERSION,
    valueTypes: profile.valueTypes.map(({ name, unit }) => ({ name, unit })),
    startMillis: profile.startMillis,
    intervalMillis: profile.intervalMillis,
    realInterval: realIntervalOf(profile),
    dropped: profile.dropped,
    threads: profile.threads.map((thread) => ({
      id: thread.id,
      name: thread.name,
      ended: thread.ended,
      firstNode: thread.firstNode,
      durationNanos: thread.durationNanos,
      unattributedNanos: thread.unattributedNanos,
      ageNanos: thread.ageNanos,
      ...(thread.lastSeen === undefined
        ? {}
        : {
            lastSeen: thread.lastSeen.map(({ name, url, line, column }) => ({
              name,
              url,
              line,
              column,
            })),
          }),
    })),
  };
  // Lone surrogates come out as escapes, and so come back.
  bytes.add(`${JSON.stringify(head).slice(0, -1)},\n"strings":`);
  bytes.addList(frames.strings.length, (index) => JSON.stringify(frames.strings[index]));
  writeColumns(bytes, 'frames', {
    name: frames.columns.name,
    url: frames.columns.url,
    line: frames.columns.line,
    column: frames.columns.column,
    kind: frames.columns.kind,
  });
  writeColumns(bytes, 'nodes', {
    parent: profile.parent,
    frame: profile.frame,
    selfHits: profile.selfHits,
    selfWallNanos: profile.selfWallNanos,
    selfCpuNanos: profile.selfCpuNanos,
  });
  writeColumns(bytes, 'lines', {
    node: profile.lineNode,
    number: profile.lineNumber,
    hits: profile.lineHits,
  });
  bytes.add('}\n');
  return bytes.finish();
}

function realIntervalOf({ realInterval }: Profile): Profile['realInterval'] {
  if (realInterval === null) return null;
  const { count, mean, stdev } = realInterval;
  return { count, mean, stdev };
}

function writeColumns(bytes: TextBytes, name: string, columns: Record<string, Column>): void {
  let separator = `,\n"${name}":{`;
  for (const [key, column] of Object.entries(columns)) {
    bytes.add(`${separator}"${key}":`);
    bytes.addList(column.length, (index) => String(column[index]));
    separator = ',\n';
  }
  bytes.add('}');
}
