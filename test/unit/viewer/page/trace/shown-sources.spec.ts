import { describe, expect, it } from '@jest/globals';
import type { LocatedSource } from '../../../../../lib/viewer/api/source-json.js';
import {
  missingSourceReason,
  shownSources,
} from '../../../../../lib/viewer/page/trace/shown-sources.js';

function located(change: Partial<LocatedSource>, line?: number): LocatedSource {
  const source =
    line === undefined
      ? undefined
      : {
          file: '/app/src/a.ts',
          shortPath: 'src/a.ts',
          line,
          column: 1,
          firstLine: 1,
          lines: [],
          isMapped: false,
          isChanged: false,
          link: undefined,
        };
  return {
    origin: 'event',
    index: 0,
    frame: 0,
    functionName: undefined,
    file: '/app/src/a.ts',
    line: line ?? 1,
    column: 1,
    isOwn: true,
    source,
    reason: line === undefined ? 'There is no such file.' : undefined,
    ...change,
  };
}

describe('shownSources', () => {
  it('has each place once, those of exceptions first', () => {
    const sources = shownSources([
      located({ origin: 'attribute', functionName: 'A.find' }, 5),
      located({ functionName: 'A.find' }, 7),
      located({}, 9),
      located({}, 7),
      located({}),
    ]);
    expect(sources.map(({ title }) => title)).toEqual([
      'A.find, a.ts:7',
      'a.ts:9',
      'A.find, a.ts:5',
    ]);
  });

  it('has a few places', () => {
    expect(shownSources(Array.from({ length: 50 }, (_, i) => located({}, i + 1)))).toHaveLength(8);
  });
});

describe('missingSourceReason', () => {
  it('says why no code of the application is shown', () => {
    expect(missingSourceReason([located({})])).toBe('There is no such file.');
    expect(missingSourceReason([located({}), located({}, 3)])).toBeUndefined();
    expect(missingSourceReason([located({ isOwn: false })])).toBeUndefined();
    expect(missingSourceReason([])).toBeUndefined();
  });
});
