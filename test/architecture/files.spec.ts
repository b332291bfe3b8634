import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isOfPage, listFiles, ROOT, readManifest, readText } from './source-tree.js';

const MAX_LINES = 400;

/** Suffixes for roles that Nest or we define; nothing else stands between a name and `.ts`. */
const ROLES = ['module', 'interceptor', 'decorator', 'controller', 'handler'];
const TEST_ROLES = [...ROLES, 'suite', 'spec', 'bench'];

/** Folders are cut by subject: these names say only that things were put together. */
const NAMELESS = /^(utils?|helpers?|commons?|shared|types?|interfaces?|constants?|misc|libs?)$/;

const libFiles = listFiles('lib');
const isCode = (path: string): boolean => /\.([cm]?[jt]s|tsx|css)$/.test(path);

/** Components, styles and the frame of the page, which are built into one file. */
function isPagePart(path: string): boolean {
  return isOfPage(path) && (/\.(tsx|css)$/.test(path) || path === 'viewer/page/page.html');
}

function isWellNamed(path: string, roles: readonly string[]): boolean {
  const name = path.split('/').at(-1) as string;
  const [base = '', ...middle] = name.replace(/(\.d)?\.([cm]?[jt]s|tsx|css)$/, '').split('.');
  const isKebab = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(base);
  return isKebab && middle.every((role) => roles.includes(role));
}

describe('the files of lib', () => {
  it('have 400 lines at most, but for the doors, which are lists of names', () => {
    const doors = ['index.ts', 'core.ts'];
    const long = libFiles
      .filter((path) => isCode(path) && !doors.includes(path))
      .map((path) => ({ path, lines: readText(`lib/${path}`).split('\n').length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ path, lines }) => `lib/${path} has ${lines} lines`);
    expect(long).toEqual([]);
  });

  it('are TypeScript, but for what is read about them', () => {
    const strange = libFiles.filter(
      (path) => !/(\.ts|\.md|(^|\/)tsconfig\.[a-z]+\.json)$/.test(path) && !isPagePart(path),
    );
    expect(strange).toEqual([]);
  });
});

describe.each([
  ['lib', ROLES],
  ['test', TEST_ROLES],
])('the names in %s', (folder, roles) => {
  const paths = listFiles(folder);

  it('are in kebab case, with a suffix only for a role', () => {
    expect(paths.filter(isCode).filter((path) => !isWellNamed(path, roles))).toEqual([]);
  });

  it('say the subject of a folder', () => {
    const folders = new Set(paths.flatMap((path) => path.split('/').slice(0, -1)));
    expect([...folders].filter((name) => NAMELESS.test(name))).toEqual([]);
  });
});

describe('the top level', () => {
  it('shows the frame of a Nest project and nothing else', () => {
    const made = ['node_modules', 'dist', 'coverage'];
    const shown = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !made.includes(name));
    const frame = ['README.md', 'lib', 'nest-cli.json', 'package.json', 'sample', 'test'];
    const beside = ['LICENSE', 'package-lock.json', 'tsconfig.json'];
    expect(shown.sort()).toEqual([...frame, ...beside].sort());
  });
});

describe('lib/version.ts', () => {
  it('names the version of package.json', () => {
    const [, version] = /VERSION = '([^']+)'/.exec(readText('lib/version.ts')) ?? [];
    expect(version).toBe(readManifest().version);
  });
});
