import { describe, expect, it } from '@jest/globals';
import { readLibrary, type SourceFile } from './source-tree.js';

const files = [...readLibrary().values()];

function pathsWhere(holds: (file: SourceFile) => boolean): string[] {
  return files.filter(holds).map(({ path }) => path);
}

describe('what belongs to the whole process', () => {
  it('is read from the environment by one file; by one for exporters, which are created without an application; and by one of the viewer, which knows no other room', () => {
    expect(pathsWhere(({ syntax }) => syntax.readsEnvironment)).toEqual([
      'assembly/environment.ts',
      'export/transport/proxy-environment.ts',
      'viewer/environment.ts',
    ]);
  });

  it('is carried through asynchronous code by one room', () => {
    const importsAsyncHooks = ({ syntax }: SourceFile): boolean =>
      syntax.references.some(({ specifier }) => /^(node:)?async_hooks$/.test(specifier));
    expect(pathsWhere(importsAsyncHooks)).toEqual([
      'context/context-frames.ts',
      'context/context-scope.ts',
      'context/context-storage.ts',
    ]);
  });

  it('is registered with the API by one file', () => {
    // The monitors of Node have a method `disable` too.
    const sets =
      /\b(setGlobal(ContextManager|TracerProvider|Propagator)|(?<!#histogram\.)disable\(\))/;
    const registers = ({ path, text }: SourceFile): boolean =>
      sets.test(text) && path !== 'context/context-storage.ts';
    // The first one only names the method of a copy; the second one calls it.
    expect(pathsWhere(registers)).toEqual([
      'assembly/api-copies.ts',
      'assembly/global-registration.ts',
    ]);
  });
});

describe('what not every build can take', () => {
  it.each([
    ['import.meta', ({ syntax }: SourceFile) => syntax.hasImportMeta],
    ['a top-level await', ({ syntax }: SourceFile) => syntax.hasTopLevelAwait],
    // In our declarations it is an error for users whose compiler has no `esModuleInterop`.
    ['a default import', ({ syntax }: SourceFile) => syntax.hasDefaultImport],
    ['a default export', ({ syntax }: SourceFile) => syntax.hasDefaultExport],
    ['__dirname or __filename', ({ text }: SourceFile) => /\b__(dir|file)name\b/.test(text)],
  ])('%s is nowhere in lib', (_, holds) => {
    expect(pathsWhere(holds)).toEqual([]);
  });

  it('a relative import without .js is nowhere in lib', () => {
    const offences = files.flatMap(({ path, syntax }) =>
      syntax.references
        .filter(({ specifier }) => specifier.startsWith('.') && !/\.(js|css)$/.test(specifier))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(offences).toEqual([]);
  });
});
