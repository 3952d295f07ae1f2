import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { buildSync, type BuildOptions } from 'esbuild';
import type { Profile } from 'ox-profile';
import { checkValid } from '../../dist/profile/check-valid';
import { mapProfile } from '../../dist/source-maps/map-profile';
import { matcherOf } from '../../dist/source-maps/places';
import { SourceMaps } from '../../dist/source-maps/source-maps';
import { envOfTools, jsonOf, root, runNode } from '../support/children';
import { frameAt, profileOf } from '../support/hits';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'ox-profile-maps-'));
});
after(() => rmSync(folder, { recursive: true }));

/** Writes a file in the folder, and gives its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Maps on both threads, which have to agree. */
async function map(
  profile: Profile,
  sourceMaps: true | string[] = true,
): Promise<{ mapped: Profile; warnings: string[] }> {
  const warnings: string[] = [];
  const mapped = await profile.mapped({ sourceMaps, onWarning: (text) => warnings.push(text) });
  checkValid(mapped);
  const here: string[] = [];
  const same = profile.mappedSync({ sourceMaps, onWarning: (text) => here.push(text) });
  assert.deepEqual(here, warnings);
  assert.deepEqual(same.frames.columns, mapped.frames.columns);
  assert.deepEqual(same.frames.strings, mapped.frames.strings);
  assert.deepEqual([...same.selfHits], [...mapped.selfHits]);
  return { mapped, warnings };
}

/** Where a frame at this place comes out, as `name url:line:column`. */
async function placeOf(url: string, line: number, column = 1, name = 'run'): Promise<string> {
  const { mapped, warnings } = await map(profileOf([{ stack: [frameAt(url, line, column, name)] }]));
  assert.deepEqual(warnings, []);
  const [found] = mapped.topFunctions();
  assert.ok(found !== undefined);
  return `${found.name} ${found.url}:${String(found.line)}:${String(found.column)}`;
}

/** A map that has line 1, column 1 of the program from line 8, column 3 of `source`. */
const mapTo = (source: string, more: object = {}): string =>
  JSON.stringify({ version: 3, sources: [source, 'other.ts'], names: [], mappings: 'AAOE', ...more });

describe('Source maps of real tools', () => {
  const helper = `export class Counter {
  private total = 0;

  addMany(count: number): number {
    for (let i = 0; i < count; i++) this.total += Math.sqrt(i);
    return this.total;
  }
}
`;
  const main = `import { Counter } from './helper';

interface Unused { readonly nothing: string }

function burnTime(limit: number): number {
  let sum = 0;
  for (let i = 0; i < limit; i++) {
    sum += Math.sin(i);
  }
  return sum;
}

const arrowTime = (value: number): number => {
  let sum = 0;
  for (let i = 0; i < value; i++) sum += Math.cos(i);
  return sum;
};

const counter = new Counter();

export function runUntil(isDone: () => boolean): void {
  while (!isDone()) {
    counter.addMany(20_000);
    burnTime(20_000);
    arrowTime(20_000);
  }
}
`;
  /** By name: the file, and the line on which it is. */
  const truth: Record<string, [string, number]> = {
    addMany: ['helper.ts', 4],
    burnTime: ['main.ts', 5],
    arrowTime: ['main.ts', 13],
    runUntil: ['main.ts', 21],
  };

  before(() => {
    file('src/helper.ts', helper);
    file('src/main.ts', main);
  });

  /** Runs a built program under the profiler, and holds its mapped profile
   * against the sources. */
  async function check(program: string, isModule = false, nodeArgs: string[] = []): Promise<void> {
    const runner = file(
      'runner.mjs',
      `import { SimpleLauncher } from ${JSON.stringify(pathToFileURL(join(root, 'dist', 'index.mjs')).href)};
      import { createRequire } from 'node:module';
      const { runUntil } = ${
        isModule
          ? `await import(${JSON.stringify(pathToFileURL(program).href)})`
          : `createRequire(import.meta.url)(${JSON.stringify(program)})`
      };
      const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
      const names = ${JSON.stringify(Object.keys(truth))};
      let profile;
      let turns = 0;
      const deadline = Date.now() + 60_000;
      const answer = { warnings: [] };
      for (;;) {
        runUntil(() => ++turns % 500 === 0);
        profile = launcher.profile();
        const onWarning = (text) => answer.warnings.push(text);
        answer.functions = (await profile.mapped({ onWarning })).topFunctions();
        const isEnough = (name) => answer.functions.some((each) => each.name === name && each.hits > 5);
        if (names.every(isEnough) || Date.now() > deadline || answer.warnings.length > 0) break;
      }
      launcher.cancel();
      const mapped = await profile.mapped();
      answer.lines = [...mapped.lineNode].map((node, i) => [mapped.frames.name(mapped.frame[node]), mapped.lineNumber[i]]);
      answer.collapsed = Buffer.from(await profile.encode('collapsed', { sourceMaps: true })).toString();
      answer.isSameHere = profile.mappedSync().toCollapsed() === answer.collapsed;
      process.stdout.write(JSON.stringify(answer));`,
    );
    const ended = await runNode([...nodeArgs, runner]);
    const { warnings, functions, lines, collapsed, isSameHere } = jsonOf(ended) as {
      warnings: string[];
      functions: { name: string; url: string; line: number }[];
      lines: [string, number][];
      collapsed: string;
      isSameHere: boolean;
    };
    assert.deepEqual(warnings, []);
    assert.ok(isSameHere);
    for (const [name, [source, line]] of Object.entries(truth)) {
      const path = join(folder, 'src', source);
      const url = isModule ? pathToFileURL(path).href : path;
      const found = functions.filter((each) => each.name === name);
      assert.deepEqual(
        found.map((each) => [each.url, each.line]),
        [[url, line]],
        `${name} of ${program}`,
      );
      assert.ok(collapsed.includes(`${name} (${url}:${String(line)})`), collapsed);
    }
    const inBurn = lines.filter(([name]) => name === 'burnTime').map(([, line]) => line);
    assert.ok(inBurn.length > 0 && inBurn.every((line) => line >= 5 && line <= 11), inBurn.join());
  }

  /** Compiles with esbuild, into a folder of its own. */
  function built(name: string, options: BuildOptions): string {
    const outfile = join(folder, name, options.format === 'esm' ? 'main.mjs' : 'main.cjs');
    buildSync({
      entryPoints: [join(folder, 'src', 'main.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
      ...options,
      outfile,
    });
    return outfile;
  }

  function compiled(name: string, ...flags: string[]): string {
    const out = join(folder, name);
    const tsc = [
      join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
      ...['--ignoreConfig', '--module', 'commonjs', '--target', 'es2022', '--rootDir', join(folder, 'src')],
      ...['--outDir', out, ...flags, join(folder, 'src', 'main.ts')],
    ];
    execFileSync(process.execPath, tsc, { env: envOfTools });
    return join(out, 'main.js');
  }

  it('has TypeScript that tsc compiled', () => check(compiled('tsc', '--sourceMap')));
  it('has TypeScript with a map inside', () => check(compiled('tsc-inline', '--inlineSourceMap')));
  it('has a bundle of esbuild', () => check(built('bundle', { sourcemap: true })));
  it('has a bundle that is a module', () =>
    check(built('module', { sourcemap: true, format: 'esm' }), true));
  it('has a minified bundle, with names', () =>
    check(built('minified', { sourcemap: true, minify: true })));
  it('has a minified bundle with the map inside', () =>
    check(built('minified-inline', { sourcemap: 'inline', minify: true })));
  it('has a bundle that does not say that its map is beside it', () =>
    check(built('external', { sourcemap: 'external', minify: true })));

  it('is what Node.js has of programs that were compiled in memory', async () => {
    const { outputFiles } = buildSync({
      entryPoints: [join(folder, 'src', 'main.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      sourcemap: 'inline',
      write: false,
      outfile: join(folder, 'src', 'main.cjs'),
    });
    const hook = file(
      'loader.cjs',
      `const Module = require('node:module');
      Module._extensions['.virtual'] = (module, name) => module._compile(${JSON.stringify(outputFiles[0]?.text)}, name);`,
    );
    const program = file('src/main.virtual', 'nothing that could be run');
    await check(program, false, ['--enable-source-maps', '--require', hook]);
  });
});

describe('Source maps', () => {
  it('are named by the last comment of a file, in any of its forms', async () => {
    file('forms/the map.json', mapTo('a.ts'));
    const url = 'the%20map.json';
    for (const [index, comment] of [
      `//# sourceMappingURL=${url}`,
      `//@ sourceMappingURL=${url}`,
      `/*# sourceMappingURL=${url} */`,
      `/*# sourceMappingURL=${url}*/`,
      `//# sourceMappingURL=no.map\r\n//#\tsourceMappingURL=./${url}\r\n\r\n`,
      `//# sourceMappingURL=${url}\nconst text = "//# sourceMappingURL=no.map";`,
      `//# sourceMappingURL=${url}\nconst text = \`//# sourceMappingURL=\${no}.map\`;`,
      `//# sourceMappingURL=${pathToFileURL(join(folder, 'forms', url.replace('%20', ' '))).href}`,
    ].entries()) {
      const path = file(`forms/${String(index)}.js`, `run();\n${comment}`);
      assert.equal(await placeOf(path, 1, 2), `run ${join(folder, 'forms', 'a.ts')}:8:3`, comment);
    }
  });

  it('may be in the file, in base64 or not', async () => {
    const content = mapTo('a b.ts');
    for (const url of [
      `data:application/json;charset=utf-8;base64,${Buffer.from(content).toString('base64')}`,
      `data:application/json,${encodeURIComponent(content)}`,
    ]) {
      const path = file('inline.js', `run();\n//# sourceMappingURL=${url}`);
      assert.equal(await placeOf(path, 1, 2), `run ${join(folder, 'a b.ts')}:8:3`);
    }
  });

  it('have sources relative to the map, under their root, or anywhere', async () => {
    const path = file('deep/out/x.js', 'run();\n//# sourceMappingURL=../maps/x.map');
    for (const [map, expected] of [
      [mapTo('../src/a.ts'), join(folder, 'deep', 'src', 'a.ts')],
      [mapTo('a.ts', { sourceRoot: '../src' }), join(folder, 'deep', 'src', 'a.ts')],
      [mapTo('a.ts', { sourceRoot: '/elsewhere/' }), '/elsewhere/a.ts'],
      [mapTo('/abs/a.ts'), '/abs/a.ts'],
      [mapTo('file:///abs/a%20b.ts'), '/abs/a b.ts'],
      [mapTo('webpack://app/./node_modules/p/a.ts'), 'webpack://app/node_modules/p/a.ts'],
      [mapTo('100%.ts'), `${pathToFileURL(join(folder, 'deep', 'maps')).href}/100%.ts`],
    ] as const) {
      file('deep/maps/x.map', map);
      assert.equal(await placeOf(path, 1, 2), `run ${expected}:8:3`);
    }
  });

  it('give a URL for a URL, and a path for a path', async () => {
    const path = file('like/x.js', 'run();');
    file('like/x.js.map', mapTo('a b.ts'));
    const original = join(folder, 'like', 'a b.ts');
    assert.equal(await placeOf(path, 1, 2), `run ${original}:8:3`);
    const { href } = pathToFileURL(path);
    assert.equal(await placeOf(`${href}?again=1`, 1, 2), `run ${pathToFileURL(original).href}:8:3`);
  });

  it('are relative to what //# sourceURL says', async () => {
    file('named/maps/x.map', mapTo('a.ts'));
    const path = file('named/out/x.js', 'run();\n//# sourceURL=../maps/x.js\n//# sourceMappingURL=x.map');
    assert.equal(await placeOf(path, 1, 2), `run ${join(folder, 'named', 'maps', 'a.ts')}:8:3`);
  });

  it('are not needed for a file that //# sourceURL renames', async () => {
    const path = file('renamed.js', 'run();\n//# sourceURL=webpack-internal:///a.js');
    assert.equal(await placeOf(path, 1, 2), 'run webpack-internal:///a.js:1:2');
  });

  it('may have sections, and sections in sections', async () => {
    const plain = { version: 3, names: [], mappings: 'AAAA' };
    const map = {
      version: 3,
      sections: [
        { offset: { line: 0, column: 0 }, map: { ...plain, sources: ['one.ts'] } },
        {
          offset: { line: 2, column: 0 },
          map: {
            version: 3,
            sections: [{ offset: { line: 1, column: 0 }, map: { ...plain, sources: ['two.ts'] } }],
          },
        },
      ],
    };
    const path = file('sections.js', 'run();');
    file('sections.js.map', JSON.stringify(map));
    assert.equal(await placeOf(path, 1, 3), `run ${join(folder, 'one.ts')}:1:1`);
    assert.equal(await placeOf(path, 4, 3), `run ${join(folder, 'two.ts')}:1:1`);
  });

  it('leave alone what is before all mappings of its line, or on a line without', async () => {
    const path = file('helpers.js', 'function a(){}function b(){}');
    file('helpers.js.map', mapTo('a.ts', { mappings: 'eAAA' }));
    assert.equal(await placeOf(path, 1, 11, 'a'), `a ${path}:1:11`);
    assert.equal(await placeOf(path, 7, 1), `run ${path}:7:1`);
    assert.equal(await placeOf(path, 1, 25, 'b'), `b ${join(folder, 'a.ts')}:1:1`);
  });

  it('have the program as a whole where it is one file', async () => {
    const path = file('whole.js', '"use strict";\nrun();');
    file('whole.js.map', mapTo('a.ts', { sources: ['a.ts'], mappings: ';AAOE' }));
    assert.equal(await placeOf(path, 1, 1, '(anonymous)'), `(anonymous) ${join(folder, 'a.ts')}:1:1`);
    file('whole.js.map', mapTo('a.ts', { mappings: ';AAOE' }));
    assert.equal(await placeOf(path, 1, 1, '(anonymous)'), `(anonymous) ${path}:1:1`);
  });

  it('do not name a function by its first parameter', async () => {
    const path = file('names.js', 'var n=r=>r;');
    const map = { names: ['twice', 'value'], sources: ['a.ts'], mappings: 'IAAIA,EAASC' };
    file('names.js.map', mapTo('a.ts', map));
    assert.equal(await placeOf(path, 1, 7, 'n'), `twice ${join(folder, 'a.ts')}:1:14`);
    assert.equal(await placeOf(path, 1, 7, 'q'), `q ${join(folder, 'a.ts')}:1:14`);
    const other = file('between.js', 'var n=1;f(r=>r);');
    file('between.js.map', mapTo('a.ts', { ...map, mappings: 'IAAIA,MAAMC' }));
    assert.equal(await placeOf(other, 1, 11, 'n'), `n ${join(folder, 'a.ts')}:1:11`);
    assert.equal(await placeOf(path, 1, 7, 'exports.n'), `exports.twice ${join(folder, 'a.ts')}:1:14`);
  });

  it('make one of what becomes equal, with its counts and lines', async () => {
    const path = file('equal.js', 'run();\nrun();\nrun();');
    file('equal.js.map', mapTo('a.ts', { mappings: 'AAOE;AAAA;AACA' }));
    const profile = profileOf([
      { stack: [frameAt(path, 1)], line: 2, hits: 2 },
      { stack: [frameAt(path, 2)], line: 2, hits: 3 },
      { stack: [frameAt(path, 2)], line: 3, hits: 5 },
      { stack: [frameAt(path, 2)], line: 9, hits: 7 },
      { stack: [frameAt('node:fs', 4)], line: 5, hits: 1 },
    ].map(({ stack: [frame], ...hit }) => ({ ...hit, stack: [{ ...frame!, column: 2 }] })));
    const { mapped } = await map(profile);
    const original = join(folder, 'a.ts');
    const functions = mapped.topFunctions().map(({ url, line, hits }) => [url, line, hits]);
    assert.deepEqual(functions, [
      [original, 8, 17],
      ['node:fs', 4, 1],
    ]);
    assert.equal(mapped.length, 3);
    // The function's own line, and two that have a mapping; line 9 has none.
    assert.deepEqual([...mapped.lineNumber], [8, 9, 5]);
    assert.deepEqual([...mapped.lineHits], [5, 5, 1]);
  });

  it('map where a thread was that gave no answer', async () => {
    const path = file('stuck.js', 'run();');
    file('stuck.js.map', mapTo('a.ts'));
    const { mapped } = await map(profileOf([], [frameAt(path, 1, 2)]));
    assert.deepEqual(mapped.threads[0]?.lastSeen, [
      { name: 'run', url: join(folder, 'a.ts'), line: 8, column: 3 },
    ]);
  });

  it('are looked for at the places that are named, and nowhere else', async () => {
    const path = file('places/in/x.js', 'run();');
    file('places/in/x.js.map', mapTo('a.ts'));
    const profile = profileOf([{ stack: [frameAt(path, 1, 2)] }]);
    const isMapped = async (places: string[]): Promise<boolean> =>
      (await map(profile, places)).mapped.topFunctions()[0]?.url !== path;
    assert.equal(await isMapped([join(folder, 'places')]), true);
    assert.equal(await isMapped([join(folder, 'places', '**', '*.js')]), true);
    assert.equal(await isMapped([join(folder, 'plac')]), false);
    assert.equal(await isMapped([]), false);
    assert.equal((await profile.mapped({ sourceMaps: false })) === profile, true);
  });

  it('that are not wanted leave the profile as it is', async () => {
    const path = file('unwanted.js', 'run();');
    file('unwanted.js.map', mapTo('a.ts'));
    const profile = profileOf([{ stack: [frameAt(path, 1, 2)] }]);
    assert.match(Buffer.from(await profile.encode('collapsed')).toString(), /unwanted\.js/);
    const encoded = await profile.encode('collapsed', { sourceMaps: true });
    assert.match(Buffer.from(encoded).toString(), /a\.ts/);
  });
});

describe('Source maps that cannot be used', () => {
  const broken: [string, string, RegExp][] = [
    ['no JSON', 'root:secret', /its source map is no JSON/],
    ['null', 'null', /is not of version 3/],
    ['another version', mapTo('a.ts', { version: 2 }), /is not of version 3/],
    ['no mappings', mapTo('a.ts', { mappings: 7 }), /has no valid mappings/],
    ['mappings that are none', mapTo('a.ts', { mappings: 'AA!A' }), /has no valid mappings/],
    ['sources that are none', mapTo('a.ts', { sources: [7] }), /has no valid sources/],
    ['no sources', mapTo('a.ts', { sources: undefined }), /has no valid sources/],
    ['names that are none', mapTo('a.ts', { names: [{}] }), /has no valid names/],
    ['a root that is none', mapTo('a.ts', { sourceRoot: {} }), /has no valid sourceRoot/],
    ['sections that are none', '{"version":3,"sections":[{}]}', /has no valid sections/],
    ['a section far away', `{"version":3,"sections":[{"offset":{"line":1e9,"column":0},"map":${mapTo('a.ts')}}]}`, /is too large/],
    ['too many mappings', mapTo('a.ts', { mappings: ','.repeat(8_000_001) }), /is too large/],
    ['sections in sections without end', '{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":'.repeat(30_000) + mapTo('a.ts') + '}]}'.repeat(30_000), /is broken/],
  ];
  for (const [what, text, expected] of broken) {
    it(`give a warning, and the generated position: ${what}`, async () => {
      const path = file('broken.js', 'run();\n//# sourceMappingURL=broken.js.map');
      file('broken.js.map', text);
      const frames = [frameAt(path, 1, 2), frameAt(path, 1, 3), frameAt(pathToFileURL(path).href, 1)];
      const { mapped, warnings } = await map(profileOf(frames.map((frame) => ({ stack: [frame] }))));
      assert.equal(warnings.length, 1, warnings.join());
      assert.match(String(warnings[0]), expected);
      assert.ok(!String(warnings[0]).includes('secret'));
      assert.deepEqual(mapped.topFunctions().map(({ url, column }) => [url, column]), frames.map(({ url, column }) => [url, column]));
    });
  }

  it('decode to nonsense: the generated position', async () => {
    const path = file('nonsense.js', 'run();');
    for (const mappings of ['AZZZ', 'AADA', 'gggg', 'A', ',,,,', '/////']) {
      file('nonsense.js.map', mapTo('a.ts', { mappings }));
      assert.equal(await placeOf(path, 1, 2), `run ${path}:1:2`, mappings);
    }
  });

  it('are missing: a warning where a file names one, none where it does not', async () => {
    const named = file('dangling.js', 'run();\n//# sourceMappingURL=gone.map');
    const { warnings } = await map(profileOf([{ stack: [frameAt(named, 1)] }]));
    assert.equal(warnings.length, 1);
    assert.match(String(warnings[0]), /dangling\.js but its source map is missing/);
    assert.equal(await placeOf(file('plain.js', 'run();'), 1), `run ${join(folder, 'plain.js')}:1:1`);
  });

  it('are of files that are not here: one warning for all', async () => {
    const gone = [1, 2, 3].map((index) => ({ stack: [frameAt(join(folder, `gone${String(index)}.js`), 1)] }));
    const { warnings } = await map(profileOf(gone));
    assert.equal(warnings.length, 1);
    assert.match(String(warnings[0]), /3 files, such as .*gone1\.js/);
  });

  it('are no files: a folder, a device, a pipe', async () => {
    const links: [string, string][] = [['folder', folder], ['zero', '/dev/zero']];
    for (const [name, target] of links) {
      if (!existsSync(target)) continue;
      const path = join(folder, `link-${name}.js`);
      symlinkSync(target, path);
      const { warnings } = await map(profileOf([{ stack: [frameAt(path, 1)] }]));
      assert.match(warnings.join(), /not readable/, name);
    }
    if (process.platform === 'win32') return;
    const pipe = join(folder, 'pipe.js');
    execFileSync('mkfifo', [pipe]);
    const { warnings } = await map(profileOf([{ stack: [frameAt(pipe, 1)] }]));
    assert.match(warnings.join(), /not readable/);
  });

  it('are on other machines, or nowhere: nothing is asked', async () => {
    const web = file('web.js', 'run();\n//# sourceMappingURL=http://127.0.0.1:9/x.map');
    const share = file('share.js', 'run();\n//# sourceMappingURL=//127.0.0.1/x.map');
    const urls = [web, share, 'http://127.0.0.1:9/x.js', '//host/x.js', 'file://host/x.js', '\\\\host\\x.js', 'node:fs', 'evalmachine.<anonymous>', 'x.js', '/a\0b.js'];
    const { mapped, warnings } = await map(
      profileOf(urls.map((url) => ({ stack: [frameAt(url, 1)] }))),
    );
    assert.deepEqual(warnings, []);
    assert.deepEqual(mapped.topFunctions().map(({ url }) => url), urls);
  });

  it('tell nobody unless asked, and no more than a hundred times', async () => {
    const many = Array.from({ length: 150 }, (_, index) => {
      const path = file(`many/${String(index)}.js`, 'run();\n//# sourceMappingURL=gone.map');
      return { stack: [frameAt(path, 1)] };
    });
    const { warnings } = await map(profileOf(many));
    assert.equal(warnings.length, 101);
    assert.equal(warnings[100], '50 more warnings are left out');
    await profileOf(many).mapped();
  });
});

describe('SourceMaps', () => {
  const everywhere = (): boolean => true;

  it('reads a map once for 10 000 frames', () => {
    const path = file('once.js', 'run();\n'.repeat(10_000));
    file('once.js.map', mapTo('a.ts', { mappings: 'AAAA;'.repeat(10_000) }));
    const frames = Array.from({ length: 10_000 }, (_, index) => ({ stack: [frameAt(path, index + 1, 2)] }));
    const maps = new SourceMaps();
    const profile = profileOf(frames);
    const { profile: mapped } = mapProfile(profile, maps, true, () => new Map());
    assert.equal(mapped.topFunctions().length, 1);
    assert.equal(maps.filesRead, 2);
  });

  it('reads a file again only when it, or its map, changed', () => {
    const path = file('kept.js', 'run();');
    const maps = new SourceMaps();
    const sourceOf = (): string | undefined => maps.find(path, everywhere).generated?.map?.sourceUrl(0);
    assert.equal(sourceOf(), undefined);
    const { filesRead } = maps;
    assert.equal(sourceOf(), undefined);
    assert.equal(maps.filesRead, filesRead);
    file('kept.js.map', mapTo('first.ts'));
    assert.match(String(sourceOf()), /first\.ts$/);
    file('other.map', mapTo('second.ts'));
    renameSync(join(folder, 'other.map'), `${path}.map`);
    assert.match(String(sourceOf()), /second\.ts$/);
  });

  it('forgets those used longest ago when there are too many', () => {
    const paths = ['a', 'b', 'c'].map((name) => {
      const path = file(`lru/${name}.js`, 'run();');
      file(`lru/${name}.js.map`, mapTo('a.ts', { mappings: 'AAAA,'.repeat(100) + 'AAAA' }));
      return path;
    });
    const one = new SourceMaps();
    one.find(paths[0]!, everywhere);
    const maps = new SourceMaps(one.bytes * 2.5);
    const readsOf = (path: string): number => {
      const before = maps.filesRead;
      maps.find(path, everywhere);
      return maps.filesRead - before;
    };
    const [a, b, c] = paths as [string, string, string];
    assert.deepEqual([a, b, a, c, a, b].map(readsOf), [2, 2, 0, 2, 0, 2]);
    assert.ok(maps.bytes <= one.bytes * 2.5);
  });

  it('does not keep what is larger than all that it may keep', () => {
    const path = file('large.js', 'run();');
    file('large.js.map', mapTo('a.ts', { mappings: 'AAAA,'.repeat(1000) + 'AAAA' }));
    const maps = new SourceMaps(1000);
    assert.ok(maps.find(path, everywhere).generated?.map !== undefined);
    assert.equal(maps.bytes, 0);
  });

  it('has all the text of no file in its memory but for names', () => {
    const path = file('content.js', 'run();');
    file('content.js.map', mapTo('a.ts', { sourcesContent: ['x'.repeat(1_000_000)] }));
    const maps = new SourceMaps();
    assert.ok(maps.find(path, everywhere).generated?.map !== undefined);
    assert.ok(maps.bytes < 10_000);
    assert.ok(readFileSync(`${path}.map`).length > 1_000_000);
  });
});

describe('Places of source maps', () => {
  const cases: [string, string, boolean][] = [
    ['/app', '/app/x.js', true],
    ['/app/', '/app/deep/x.js', true],
    ['/', '/app/x.js', true],
    ['/app/x.js', '/app/x.js', true],
    ['/app', '/application/x.js', false],
    ['/app/*.js', '/app/x.js', true],
    ['/app/*.js', '/app/deep/x.js', false],
    ['/app/**/*.js', '/app/x.js', true],
    ['/app/**/*.js', '/app/very/deep/x.js', true],
    ['/app/**', '/app/very/deep/x.js', true],
    ['/app/?.js', '/app/x.js', true],
    ['/app/?.js', '/app/xy.js', false],
    ['/app/(x).js', '/app/(x).js', true],
    ['/app/x.js', '/app/xyjs', false],
    ['/app/../lib', '/lib/x.js', true],
    ['file:///app', '/app/x.js', true],
  ];
  for (const [place, path, expected] of cases) {
    it(`${expected ? 'include' : 'do not include'} ${path} in ${place}`, function () {
      if (process.platform === 'win32') this.skip();
      assert.equal(matcherOf([place])(path), expected);
    });
  }
});
