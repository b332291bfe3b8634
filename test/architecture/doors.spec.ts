import { describe, expect, it } from '@jest/globals';
import { DOORS } from './doors.js';
import { ROOT, readLibrary, readManifest, readText } from './source-tree.js';

// Plain JavaScript, which the compiler does not know.
const BUILD = '../../.build/doors.js';

describe('the doors of the package', () => {
  it('have their source in lib', () => {
    const paths = Object.values(DOORS);
    expect(paths).toContain('index.ts');
    expect(paths.filter((path) => !readLibrary().has(path))).toEqual([]);
  });

  it('are all built, each from its source', async () => {
    const { readDoors } = await import(BUILD);
    const built = Object.entries(readDoors(ROOT)).map(([door, source]) => [door, `${source}.ts`]);
    expect(Object.fromEntries(built)).toEqual(DOORS);
  });

  it('are known to compilers that do not read `exports`', () => {
    const declarations = Object.entries(DOORS)
      .filter(([door]) => door !== 'nestjs-traced')
      .map(([door, path]) => [
        door.replace('nestjs-traced/', ''),
        [`./dist/cjs/${path.replace('.ts', '.d.ts')}`],
      ]);
    expect(readManifest().typesVersions['*']).toEqual(Object.fromEntries(declarations));
  });

  it('are all in the reference of the API, but for the one that nobody imports', () => {
    const { entryPoints } = JSON.parse(readText('.build/typedoc.json'));
    const paths = Object.values(DOORS).filter((path) => path !== 'viewer/worker.ts');
    expect([...entryPoints].sort()).toEqual(paths.map((path) => `../lib/${path}`).sort());
  });
});
