import { posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseModule } from './module-syntax.js';
import { listFiles, readLibrary, readText } from './source-tree.js';

/** Files that no unit spec names, each with the spec that tells of it and why it does so. */
const TOLD_ELSEWHERE: Record<string, { spec: string; reason: string }> = {
  'context/local-span.ts': {
    spec: 'test/unit/trace/recording-span.spec.ts',
    reason: 'it is abstract: the spans that extend it are tested',
  },
  'nest/providers.ts': {
    spec: 'test/integration/nest/tracing-module.spec.ts',
    reason: 'providers are what Nest makes of them',
  },
  'nest/tokens.ts': {
    spec: 'test/integration/nest/tracing-module.spec.ts',
    reason: 'tokens are what providers are found by',
  },
  'nest/tracing-lifecycle.ts': {
    spec: 'test/integration/nest/tracing-module.spec.ts',
    reason: 'a life cycle is that of an application',
  },
  'nest/tracing.module.ts': {
    spec: 'test/integration/nest/tracing-module.spec.ts',
    reason: 'a module is what Nest makes of it',
  },
  'testing/tracing-testing.module.ts': {
    spec: 'test/integration/testing/testing-module.spec.ts',
    reason: 'a module is what Nest makes of it',
  },
  'viewer/cli/main.ts': {
    spec: 'test/integration/package/built-package.spec.ts',
    reason: 'it is what Node starts: only the built package has it',
  },
  'viewer/module/viewer.module.ts': {
    spec: 'test/integration/viewer/viewer-module.spec.ts',
    reason: 'a module is what Nest makes of it',
  },
  'viewer/worker.ts': {
    spec: 'test/unit/viewer/module/start-viewer.spec.ts',
    reason: 'it is what a thread is started with',
  },
};

const specs = new Set(listFiles('test').filter((path) => path.endsWith('.spec.ts')));
/** Components are tested in a browser, by `test/integration/viewer/page`: they have no logic of their own. */
const paths = [...readLibrary().values()]
  .filter(({ path, syntax }) => syntax.hasRuntimeCode && /(?<!\.d)\.ts$/.test(path))
  .map(({ path }) => path);

/** The files of lib that the unit specs of a room import one by one, not through the room's index. */
const named = new Set(
  [...specs]
    .filter((path) => path.startsWith('unit/'))
    .flatMap((path) => {
      const { references } = parseModule(readText(`test/${path}`));
      return references.map(({ specifier }) => posix.join('test', path, '..', specifier));
    })
    .filter((target) => target.startsWith('lib/'))
    .map((target) => target.slice('lib/'.length).replace(/\.js$/, '.ts')),
);

function hasSpec(path: string): boolean {
  return named.has(path) || specs.has(`unit/${path.replace(/\.ts$/, '.spec.ts')}`);
}

describe('every file of lib that does something', () => {
  it('has a spec at the same place below test/unit, or one that imports it by name', () => {
    const bare = paths.filter((path) => !hasSpec(path) && !(path in TOLD_ELSEWHERE));
    expect(bare).toEqual([]);
  });

  it('is told of elsewhere only where that is so', () => {
    const stale = Object.entries(TOLD_ELSEWHERE)
      .filter(([path, { spec }]) => {
        return !paths.includes(path) || hasSpec(path) || !specs.has(spec.slice('test/'.length));
      })
      .map(([path, { spec }]) => `lib/${path}, told of in ${spec}`);
    expect(stale).toEqual([]);
  });
});

describe('every unit spec', () => {
  it('stands in the room of lib that it is about', () => {
    const rooms = new Set([...readLibrary().keys()].map((path) => posix.dirname(path)));
    const strays = [...specs]
      .filter((path) => path.startsWith('unit/'))
      .map((path) => path.slice('unit/'.length))
      .filter((path) => !rooms.has(posix.dirname(path)));
    expect(strays).toEqual([]);
  });
});
