import { spawnSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import {
  findSourceFile,
  isBelow,
  readSourceFile,
  type SourceFile,
} from '../../../../lib/viewer/source/source-files.js';
import { sourceFoldersOfTest } from '../../../support/source-folder.js';

const createFolder = sourceFoldersOfTest();
const MAX_BYTES = 1_000;

function settingsOf(sourceRoots: readonly string[], pathMap: Record<string, string> = {}) {
  const places = Object.entries(pathMap).map(([from, to]) => ({ from, to }));
  return { editor: '', sourceRoots, pathMap: places };
}

describe('findSourceFile', () => {
  it('finds files of its folders by path and by URL', async () => {
    const folder = createFolder();
    const path = folder.write('src/a b.ts', 'x');
    const settings = settingsOf([folder.path]);
    const found = { path, shortPath: 'src/a b.ts' };
    expect(await findSourceFile(path, settings)).toEqual(found);
    expect(await findSourceFile(pathToFileURL(path).href, settings)).toEqual(found);
    expect(await findSourceFile(`${folder.path}/lib/../src/./a b.ts`, settings)).toEqual(found);
  });

  it('looks for paths without a root in each folder, also those that bundlers write', async () => {
    const [one, two] = [createFolder(), createFolder()];
    const path = two.write('src/a.ts', 'x');
    const settings = settingsOf([one.path, two.path]);
    for (const name of ['src/a.ts', './src/a.ts', 'webpack://shop/./src/a.ts?1f']) {
      expect([name, await findSourceFile(name, settings)]).toEqual([
        name,
        { path, shortPath: 'src/a.ts' },
      ]);
    }
  });

  it('finds files of folders of other machines', async () => {
    const folder = createFolder();
    const path = folder.write('src/a.ts', 'x');
    const settings = settingsOf([folder.path], {
      '/app/packages': folder.at('packages'),
      '/app': folder.path,
      'C:\\app': folder.path,
      '/': folder.at('all'),
    });
    for (const name of ['/app/src/a.ts', 'file:///app/src/a.ts', 'C:\\app\\src\\a.ts']) {
      expect([name, await findSourceFile(name, settings)]).toMatchObject([name, { path }]);
    }
    expect(await findSourceFile('/application/src/a.ts', settings)).toBe('missing');
    expect(await findSourceFile('/app/packages/src/a.ts', settings)).toBe('missing');
    expect(await findSourceFile('/app/../../etc/passwd', settings)).toBe('outside');
  });

  it('follows a root that is a link', async () => {
    const folder = createFolder();
    const path = folder.write('real/a.ts', 'x');
    const root = folder.link('root', folder.at('real'));
    for (const name of [path, join(root, 'a.ts')]) {
      expect(await findSourceFile(name, settingsOf([root]))).toEqual({ path, shortPath: 'a.ts' });
    }
  });

  it('refuses everything outside of its folders', async () => {
    const folder = createFolder();
    folder.write('root/a.ts', 'x');
    folder.write('secret.ts', 'x');
    folder.write('root-2/secret.ts', 'x');
    folder.link('root/link.ts', folder.at('secret.ts'));
    folder.link('root/folder', folder.path);
    folder.link('root/etc', '/etc');
    const settings = settingsOf([folder.at('root')]);
    const names = [
      '/etc/passwd',
      folder.at('secret.ts'),
      folder.at('root'),
      folder.path,
      folder.at('root-2/secret.ts'),
      `${folder.at('root')}/../secret.ts`,
      `${folder.at('root')}/a.ts/../../secret.ts`,
      '../secret.ts',
      '../../../../../../../../etc/passwd',
      'webpack://shop/../secret.ts',
      'file:///etc/passwd',
      `file://${folder.at('root')}/%2e%2e/secret.ts`,
      `file://${folder.at('root')}/..%2fsecret.ts`,
      `file://host${folder.at('root')}/a.ts`,
      `${folder.at('root')}/link.ts`,
      `${folder.at('root')}/folder/secret.ts`,
      `${folder.at('root')}/etc/passwd`,
      `${folder.at('root')}/a.ts\0.js`,
      `file://${folder.at('root')}/a.ts%00`,
      `http://localhost${folder.at('root')}/a.ts`,
      'node:fs',
      'data:text/plain,x',
      '',
    ];
    for (const name of names) {
      expect([name, await findSourceFile(name, settings)]).toEqual([name, 'outside']);
    }
  });

  it('refuses names that begin with a dot, and packages, also behind links', async () => {
    const folder = createFolder();
    folder.write('.env', 'x');
    folder.write('.git/config.ts', 'x');
    folder.write('node_modules/x/index.js', 'x');
    folder.link('config.ts', folder.at('.git/config.ts'));
    folder.link('packages', folder.at('node_modules'));
    const settings = settingsOf([folder.path]);
    for (const name of ['.env', '.git/config.ts', 'config.ts']) {
      expect([name, await findSourceFile(name, settings)]).toEqual([name, 'hidden']);
    }
    for (const name of ['node_modules/x/index.js', 'packages/x/index.js']) {
      expect([name, await findSourceFile(name, settings)]).toEqual([name, 'package']);
    }
  });

  it('shows folders that are themselves below such names', async () => {
    const folder = createFolder();
    const path = folder.write('.work/node_modules/shop/a.ts', 'x');
    const root = folder.at('.work/node_modules/shop');
    expect(await findSourceFile('a.ts', settingsOf([root]))).toEqual({ path, shortPath: 'a.ts' });
  });

  it('says that a file is missing, and shows nothing without folders', async () => {
    const folder = createFolder();
    expect(await findSourceFile('b.ts', settingsOf([folder.path]))).toBe('missing');
    expect(await findSourceFile('b.ts', settingsOf([folder.at('gone')]))).toBe('outside');
    expect(await findSourceFile(folder.write('a.ts', 'x'), settingsOf([]))).toBe('outside');
  });
});

describe('readSourceFile', () => {
  const fileOf = (path: string): SourceFile => ({ path, shortPath: path });

  it('reads a file', async () => {
    const path = createFolder().write('a.ts', 'größer');
    const read = await readSourceFile(fileOf(path), MAX_BYTES);
    expect(read).toEqual({ text: 'größer', byteCount: 8, changedMillis: expect.any(Number) });
  });

  it('refuses what is no text, and what is long', async () => {
    const folder = createFolder();
    const read = (path: string): Promise<unknown> => readSourceFile(fileOf(path), MAX_BYTES);
    folder.write('huge.ts', '');
    truncateSync(folder.at('huge.ts'), 2 ** 40);
    expect(await read(folder.at('huge.ts'))).toBe('too-long');
    expect(await read(folder.write('binary.ts', Buffer.from([65, 0, 66])))).toBe('not-text');
    expect(await read(folder.path)).toBe('not-text');
    expect(await read('/dev/zero')).toBe('not-text');
    expect(await read(folder.at('gone.ts'))).toBe('missing');
    expect(await read(folder.link('link.ts', folder.at('huge.ts')))).toBe('missing');
  });

  it('does not wait for a pipe', async () => {
    const path = createFolder().at('pipe.ts');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    expect(await readSourceFile(fileOf(path), MAX_BYTES)).toBe('not-text');
  });
});

describe('isBelow', () => {
  it.each([
    ['/a', '/a/b', true],
    ['/a', '/a/..b', true],
    ['/', '/a', true],
    ['/a', '/a', false],
    ['/a', '/ab', false],
    ['/a', '/b', false],
    ['/a/b', '/a', false],
  ])('%s %s', (folder, path, expected) => expect(isBelow(folder, path)).toBe(expected));
});
