// The thread that encodes. It loads no more of the package than that takes: not
// the addon, since nothing here is to be profiled.

import './below-normal';

import { parentPort } from 'node:worker_threads';

import type { Profile } from '../profile/profile';
import { mappingOf, type NodeMaps } from '../source-maps/map-profile';
import { SourceMaps } from '../source-maps/source-maps';
import { carried } from './carried-error';
import { formatNamed } from './here';
import { packWhole, Unpacking } from './packed';
import type { Order, Reply, Work } from './work';

type Mapping = ReturnType<typeof mappingOf>;

const maps = new SourceMaps();
let unpacking: Unpacking | undefined;
/** Work that waits for what Node.js knows. */
let asking: { work: Work; mapping: Mapping } | undefined;

function reply(message: Reply, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer as ArrayBuffer[]);
}

function take(order: Order): void {
  if ('end' in order) {
    parentPort?.close();
  } else if ('packed' in order) {
    const { packed } = order;
    if (Unpacking.isHead(packed)) unpacking = new Unpacking(packed);
    else unpacking?.add(packed);
  } else if ('nodeMaps' in order) {
    if (asking === undefined) return;
    const { work, mapping } = asking;
    asking = undefined;
    follow(work, mapping, mapping.next(order.nodeMaps), false);
  } else if (unpacking !== undefined) {
    const profile = unpacking.finish();
    unpacking = undefined;
    begin(profile, order.work, order.askNode);
  }
}

function begin(profile: Profile, work: Work, askNode: boolean): void {
  if (work.sourceMaps === undefined) {
    deliver(profile, work, []);
    return;
  }
  const mapping = mappingOf(profile, maps, work.sourceMaps);
  follow(work, mapping, mapping.next(NO_MAPS), askNode);
}

const NO_MAPS: NodeMaps = new Map();

function follow(
  work: Work,
  mapping: Mapping,
  first: ReturnType<Mapping['next']>,
  askNode: boolean,
): void {
  let step = first;
  while (step.done !== true) {
    if (askNode) {
      asking = { work, mapping };
      reply({ askNode: step.value });
      return;
    }
    step = mapping.next(NO_MAPS);
  }
  deliver(step.value.profile, work, step.value.warnings);
}

function deliver(profile: Profile, work: Work, warnings: readonly string[]): void {
  if (work.format === undefined) {
    const { packed, transfer } = packWhole(profile);
    reply({ profile: packed, warnings }, transfer);
    return;
  }
  const bytes = wholeOf(formatNamed(work.format).encode(profile, work.options));
  reply({ bytes, warnings }, [bytes.buffer]);
}

/** In memory of its own, which can be given away: small `Buffer`s share theirs. */
function wholeOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  const isWhole =
    buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength;
  return isWhole && byteLength > 0 ? new Uint8Array(buffer) : Uint8Array.from(bytes);
}

parentPort?.on('message', (order: Order) => {
  try {
    take(order);
  } catch (error) {
    unpacking = undefined;
    asking = undefined;
    reply({ error: carried(error) });
  }
});
