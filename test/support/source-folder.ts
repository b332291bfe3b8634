import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from '@jest/globals';

/** A folder with files, which is removed after the test. */
export class SourceFolder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'nestjs-traced-source-')));

  /** The absolute path of a file or folder in it. */
  at(path: string): string {
    return join(this.path, path);
  }

  write(path: string, content: string | Buffer): string {
    const file = this.at(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  link(path: string, target: string): string {
    const file = this.at(path);
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync(target, file);
    return file;
  }
}

/** Creates folders that are removed after the test. */
export function sourceFoldersOfTest(): () => SourceFolder {
  const folders: SourceFolder[] = [];
  afterEach(() => {
    for (const { path } of folders.splice(0)) rmSync(path, { recursive: true, force: true });
  });
  return () => {
    const folder = new SourceFolder();
    folders.push(folder);
    return folder;
  };
}

/** A text whose lines tell their numbers. */
export function numberedLines(count: number, word = 'line'): string {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}\n`).join('');
}
