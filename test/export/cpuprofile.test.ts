import assert from 'node:assert/strict';

import { Ajv, type ValidateFunction } from 'ajv';
import type { Profile } from 'ox-profile';
import { encodeCpuprofile } from '../../dist/export/cpuprofile';
import { ProfileBuilder } from '../../dist/profile/builder';
import { hostileProfile, randomProfile, realProfile, smallProfile } from '../support/profiles';
import { itDraws } from '../support/random';

interface ProtocolType {
  id?: string;
  name?: string;
  type?: string;
  $ref?: string;
  optional?: boolean;
  properties?: ProtocolType[];
  items?: ProtocolType;
}

/** A type of the DevTools protocol as JSON schema, with no keys but its own. */
function schemaOf(domain: string, type: ProtocolType): object {
  if (type.$ref !== undefined) {
    return { $ref: `#/$defs/${type.$ref.includes('.') ? type.$ref : `${domain}.${type.$ref}`}` };
  }
  if (type.type === 'array') return { type: 'array', items: schemaOf(domain, type.items!) };
  if (type.properties === undefined) return { type: type.type };
  return {
    type: 'object',
    properties: Object.fromEntries(
      type.properties.map((each) => [each.name ?? '', schemaOf(domain, each)] as const),
    ),
    required: type.properties.filter((each) => each.optional !== true).map((each) => each.name),
    additionalProperties: false,
  };
}

function protocolValidator(): ValidateFunction {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const protocol = require('devtools-protocol/json/js_protocol.json') as {
    domains: { domain: string; types?: ProtocolType[] }[];
  };
  const $defs: Record<string, object> = {};
  for (const { domain, types } of protocol.domains) {
    if (!['Profiler', 'Runtime'].includes(domain)) continue;
    for (const type of types ?? []) $defs[`${domain}.${type.id!}`] = schemaOf(domain, type);
  }
  return new Ajv({ strict: false }).compile({ $defs, $ref: '#/$defs/Profiler.Profile' });
}

interface File {
  nodes: {
    id: number;
    hitCount: number;
    children?: number[];
    callFrame: { functionName: string };
  }[];
  startTime: number;
  endTime: number;
  samples: number[];
  timeDeltas: number[];
}

function encoded(profile: Profile, options = {}): File {
  return JSON.parse(Buffer.from(encodeCpuprofile(profile, options)).toString()) as File;
}

/** Time by node, as DevTools, VS Code and speedscope count it: up to the next. */
function microsOf({ samples, timeDeltas }: File): Map<number, number> {
  const micros = new Map<number, number>();
  for (let index = 0; index + 1 < samples.length; index++) {
    const node = samples[index]!;
    micros.set(node, (micros.get(node) ?? 0) + timeDeltas[index + 1]!);
  }
  return micros;
}

describe('encodeCpuprofile()', () => {
  itDraws("keeps to the protocol's schema", async (random) => {
    const validate = protocolValidator();
    assert.equal(validate({ nodes: [], startTime: 0, endTime: 'x' }), false);
    const profiles = [smallProfile(), smallProfile(1), hostileProfile(), await realProfile()];
    for (const profile of [...profiles, randomProfile(random)]) {
      validate(encoded(profile));
      assert.deepEqual(validate.errors, null);
    }
  });

  itDraws('has our hits and our wall time for each node', (random) => {
    const profile = randomProfile(random);
    const file = encoded(profile);
    const first = profile.threads.length === 1 ? 1 : 2;
    const micros = microsOf(file);
    const counts = new Map<number, number>();
    for (const id of file.samples.slice(0, -1)) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (let node = 0; node < profile.length; node++) {
      const id = node + first;
      const hits = profile.selfHits[node]!;
      assert.equal(file.nodes.find((each) => each.id === id)?.hitCount, hits);
      assert.equal(counts.get(id) ?? 0, hits);
      // Deltas are whole microseconds, but what is cut off is not lost.
      assert.ok(Math.abs((micros.get(id) ?? 0) - profile.selfWallNanos[node]! / 1000) <= 1);
    }
    const sum = profile.selfWallNanos.reduce((all, each) => all + each, 0);
    assert.equal(file.endTime - file.startTime, Math.round(sum / 1000));
    assert.equal(file.timeDeltas.length, file.samples.length);
  });

  it('ends with the root, so that the last sample has its time', () => {
    const { nodes, samples } = encoded(smallProfile());
    assert.equal(nodes.find(({ id }) => id === samples.at(-1))?.callFrame.functionName, '(root)');
  });

  it('has states of the thread first, which readers put on top of the stack before', () => {
    const { nodes, samples } = encoded(smallProfile());
    const names = samples.map(
      (each) => nodes.find(({ id }) => id === each)!.callFrame.functionName,
    );
    const state = (name: string): boolean => name === '(idle)' || name === '(garbage collector)';
    assert.equal(names.findLastIndex(state), names.filter(state).length - 1);
  });

  it('takes CPU time where asked to', () => {
    const file = encoded(smallProfile(1), { value: 'cpu' });
    assert.equal(file.endTime - file.startTime, 43_000);
  });

  it('takes the interval where no time was measured', () => {
    const builder = new ProfileBuilder();
    const root = builder.thread({
      id: 0,
      name: 'main',
      ended: false,
      durationNanos: 0,
      unattributedNanos: 0,
      ageNanos: 0,
    });
    builder.add(builder.child(root, builder.frame({ name: 'a', url: '', line: 0, column: 0 })), 3);
    const file = encoded(
      builder.finish({
        startMillis: 0,
        intervalMillis: 2,
        realInterval: null,
        dropped: 0,
        valueTypes: [{ name: 'samples', unit: 'count' }],
      }),
    );
    assert.equal(file.endTime - file.startTime, 6000);
  });

  it('has one sample a node, with all its time, beyond a million', () => {
    const builder = new ProfileBuilder();
    const root = builder.thread({
      id: 0,
      name: 'main',
      ended: false,
      durationNanos: 0,
      unattributedNanos: 0,
      ageNanos: 0,
    });
    const frame = builder.frame({ name: 'a', url: '', line: 0, column: 0 });
    builder.add(builder.child(root, frame), 5_000_000, 7e9);
    const file = encoded(
      builder.finish({ startMillis: 0, intervalMillis: 2, realInterval: null, dropped: 0 }),
    );
    assert.deepEqual(file.samples, [2, 1]);
    assert.equal(file.nodes[1]?.hitCount, 5_000_000);
    assert.deepEqual(file.timeDeltas, [0, 7e6]);
  });
});
