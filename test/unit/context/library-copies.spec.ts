import { afterEach, describe, expect, it } from '@jest/globals';
import {
  addLibraryCopy,
  type LibraryCopy,
  watchConflictingCopies,
} from '../../../lib/context/library-copies.js';

const REGISTRY = Symbol.for('nestjs-traced.copies');

const copyOf = (stateVersion: number, path: string): LibraryCopy => ({
  version: `${stateVersion}.0.0`,
  stateVersion,
  describePath: () => path,
});

const own = copyOf(7, '/app/node_modules/nestjs-traced/index.js');
const same = copyOf(7, '/app/node_modules/nestjs-traced/index.cjs');
const other = copyOf(8, '/lib/node_modules/nestjs-traced/index.js');

const CONFLICT =
  'Two incompatible copies of nestjs-traced are loaded: ' +
  '7.0.0 at /app/node_modules/nestjs-traced/index.js and ' +
  '8.0.0 at /lib/node_modules/nestjs-traced/index.js. ' +
  'Code that imports the second one creates no spans in this application. ' +
  'Install one version, for example by npm dedupe.';

function conflictsSeen(loadedBefore: LibraryCopy[], loadedLater: LibraryCopy[] = []): string[] {
  Reflect.set(globalThis, REGISTRY, { copies: [], watchers: [] });
  const conflicts: string[] = [];
  for (const copy of [own, ...loadedBefore]) addLibraryCopy(copy);
  const stop = watchConflictingCopies(own, (conflict) => conflicts.push(conflict));
  for (const copy of loadedLater) addLibraryCopy(copy);
  stop();
  addLibraryCopy(other);
  return conflicts;
}

describe('copies of the library', () => {
  const registry: unknown = Reflect.get(globalThis, REGISTRY);
  afterEach(() => {
    Reflect.set(globalThis, REGISTRY, registry);
  });

  it('that share their state are no conflict', () => {
    expect(conflictsSeen([same], [same])).toEqual([]);
  });

  it('that do not share it are named with versions and paths', () => {
    expect(conflictsSeen([other])).toEqual([CONFLICT]);
  });

  it('are named also if they are loaded later, until the watch is over', () => {
    expect(conflictsSeen([], [other])).toEqual([CONFLICT]);
  });
});
