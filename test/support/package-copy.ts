import { cpSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './children';

/** What a copy of the package has for an addon. */
export type CopiedAddon =
  | 'none'
  /** A file of its own, as from a second installation. */
  | 'copied'
  /** The same file by another name, as package managers link it from a store. */
  | 'linked';

/** A second folder with this package, to be required by its path. */
export class PackageCopy implements Disposable {
  readonly folder: string;

  constructor(addon: CopiedAddon) {
    // In the checkout, where its dependencies are found and files can be linked.
    const parent = join(root, '.cache');
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(join(parent, 'copy-'));
    cpSync(join(root, 'dist'), join(this.folder, 'dist'), { recursive: true });
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object;
    // By its name node-gyp-build would find an addon that is set in the
    // environment for the first copy.
    writeFileSync(
      join(this.folder, 'package.json'),
      JSON.stringify({ ...manifest, name: 'ox-profile-copy' }),
    );
    if (addon === 'none') return;
    // It has no types of its own.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const load = require('node-gyp-build') as { path(folder: string): string };
    const release = join(this.folder, 'build', 'Release');
    mkdirSync(release, { recursive: true });
    const file = join(release, 'ox_profile.node');
    if (addon === 'copied') cpSync(load.path(root), file);
    else linkSync(load.path(root), file);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
