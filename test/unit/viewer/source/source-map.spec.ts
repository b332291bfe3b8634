import { describe, expect, it } from '@jest/globals';
import {
  isGeneratedCode,
  placeInSource,
  readSourceMap,
  type SourceMap,
} from '../../../../lib/viewer/source/source-map.js';

const MAP = { version: 3, sources: ['../src/a.ts'], mappings: 'AAAA;AAEE' };
const FILE = { path: '/app/dist/a.js', shortPath: 'dist/a.js' };
const JSON_URL = 'data:application/json;base64,';

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

/** Reads the map of code with a comment, where these files are there. */
function read(comment: string, files: Record<string, string> = {}): Promise<SourceMap | undefined> {
  return readSourceMap(FILE, `code();\n${comment}`, async (url) => files[url]);
}

describe('readSourceMap', () => {
  it.each([
    ['in base64', `//# sourceMappingURL=${JSON_URL}${base64(MAP)}`],
    [
      'with a charset',
      `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${base64(MAP)}\n`,
    ],
    [
      'in percent signs',
      `//# sourceMappingURL=data:application/json,${encodeURIComponent(JSON.stringify(MAP))}`,
    ],
    [
      'of the last comment',
      `//# sourceMappingURL=old.map\n//# sourceMappingURL=${JSON_URL}${base64(MAP)}`,
    ],
  ])('reads a comment %s', async (_case, comment) => {
    const map = await read(comment);
    expect(map).toEqual({
      mappings: MAP.mappings,
      sources: ['file:///app/src/a.ts'],
      contents: [undefined],
    });
  });

  it('reads the file that the comment names, beside the code', async () => {
    const files = { 'file:///app/dist/maps/a.js.map': `)]}'\n${JSON.stringify(MAP)}` };
    const map = await read('//# sourceMappingURL=maps/a.js.map', files);
    expect(map?.sources).toEqual(['file:///app/dist/src/a.ts']);
  });

  it('knows the root of the sources, their texts, and addresses of every kind', async () => {
    const map = await read(
      `//# sourceMappingURL=${JSON_URL}${base64({
        ...MAP,
        sourceRoot: '/shop',
        sources: ['src/a.ts', 'webpack://shop/./b.ts', 'C:\\c.ts', null],
        sourcesContent: ['text', null, 7],
      })}`,
    );
    expect(map?.sources).toEqual([
      'file:///shop/src/a.ts',
      'webpack://shop/./b.ts',
      'C:\\c.ts',
      'file:///shop/null',
    ]);
    expect(map?.contents).toEqual(['text', undefined, undefined, undefined]);
  });

  it.each([
    ['no comment', ''],
    ['text that is no comment', "'# sourceMappingURL=a.map'"],
    ['a file that may not be read', '//# sourceMappingURL=a.map'],
    ['a file of a server', '//# sourceMappingURL=http://localhost/a.map'],
    ['no address', '//# sourceMappingURL='],
    ['an address that is none', '//# sourceMappingURL=http://['],
    ['no JSON', `//# sourceMappingURL=${JSON_URL}e3t7`],
    ['broken percent signs', '//# sourceMappingURL=data:application/json,%E0%A4%A'],
    ['no object', `//# sourceMappingURL=${JSON_URL}${base64(null)}`],
    ['no mappings', `//# sourceMappingURL=${JSON_URL}${base64({ sources: [] })}`],
    ['no sources', `//# sourceMappingURL=${JSON_URL}${base64({ mappings: '' })}`],
    [
      'sources of another type',
      `//# sourceMappingURL=${JSON_URL}${base64({ mappings: '', sources: 'a' })}`,
    ],
  ])('has no answer for %s', async (_case, comment) => {
    expect(await read(comment)).toBeUndefined();
  });
});

describe('placeInSource', () => {
  const map: SourceMap = { mappings: 'AAAA;AAEE', sources: ['a.ts'], contents: ['text'] };

  it('counts lines and columns from 1', () => {
    const place = { source: 'a.ts', content: 'text', line: 3, column: 3 };
    expect(placeInSource(map, 2, 1)).toEqual(place);
    expect(placeInSource(map, 2, undefined)).toEqual(place);
  });

  it('has no answer where the map lies', () => {
    expect(placeInSource(map, 9, 1)).toBeUndefined();
    expect(placeInSource({ ...map, sources: [] }, 1, 1)).toBeUndefined();
  });
});

describe('isGeneratedCode', () => {
  it.each(['a.js', 'a.mjs', 'a.cjs', 'a.jsx'])('%s', (path) => {
    expect(isGeneratedCode({ path, shortPath: path })).toBe(true);
  });

  it.each(['a.ts', 'a.json', 'js', 'a.js.map'])('not %s', (path) => {
    expect(isGeneratedCode({ path, shortPath: path })).toBe(false);
  });
});
