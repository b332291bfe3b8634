import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** What `npm run build` reads. */
export const BUILD_FILES = ['.build', 'package.json', 'tsconfig.json', 'lib'];

/**
 * A folder with a part of the repository in it, beside a link to its packages: what is built there is
 * built from the sources as they are now, and disturbs nobody.
 */
export class RepositoryCopy {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'nestjs-traced-')));

  /** @param paths files and folders from the root on */
  constructor(...paths: readonly string[]) {
    const link = process.platform === 'win32' ? 'junction' : 'dir';
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'), link);
    for (const path of paths) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      cpSync(join(ROOT, path), join(this.folder, path), { recursive: true });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
