import { utimesSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type CodeLocation,
  locationsOfSpan,
} from '../../../../lib/viewer/analysis/code-locations.js';
import type { LocatedSource } from '../../../../lib/viewer/api/source-json.js';
import { SourceReader } from '../../../../lib/viewer/source/source-reader.js';
import {
  numberedLines,
  type SourceFolder,
  sourceFoldersOfTest,
} from '../../../support/source-folder.js';

const createFolder = sourceFoldersOfTest();
const EDITOR = 'vscode://file{file}:{line}:{column}';
const LATER = Date.now() + 3_600_000;
/** Line 2 of the code is line 3 of the source, at column 5. */
const MAPPINGS = 'AAAA;AAEI';

function readerOf(folder: SourceFolder): SourceReader {
  return new SourceReader({ editor: EDITOR, pathMap: [], sourceRoots: [folder.path] });
}

function placeOf(file: string, line: number, column?: number): CodeLocation {
  const frame = { file, line, column, functionName: 'run', isOwn: true };
  return { origin: 'event', index: 0, frame: 0, ...frame };
}

async function sourceOf(folder: SourceFolder, place: CodeLocation): Promise<LocatedSource> {
  const [located] = (await readerOf(folder).read([place], LATER)) ?? [];
  return located as LocatedSource;
}

function mapOf(members: object): string {
  return JSON.stringify({ version: 3, mappings: MAPPINGS, sources: ['../src/a.ts'], ...members });
}

/** Code of three lines whose map is a file. */
function writeCode(folder: SourceFolder, map: string, file = 'a.js.map'): string {
  folder.write(`dist/${file}`, map);
  return folder.write('dist/a.js', `${numberedLines(3, 'code')}//# sourceMappingURL=${file}\n`);
}

describe('SourceReader', () => {
  it('shows the lines around a place, with a link', async () => {
    const folder = createFolder();
    const file = folder.write('src/a.ts', numberedLines(20));
    const place = placeOf(file, 10, 7);
    expect(await sourceOf(folder, place)).toEqual({
      ...place,
      reason: undefined,
      source: {
        file,
        shortPath: 'src/a.ts',
        line: 10,
        column: 7,
        firstLine: 5,
        lines: Array.from({ length: 11 }, (_, index) => `line ${index + 5}`),
        isMapped: false,
        isChanged: false,
        link: `vscode://file${file}:10:7`,
      },
    });
  });

  it('finds the place in the source that a map names', async () => {
    const folder = createFolder();
    const source = folder.write('src/a.ts', numberedLines(20));
    const code = writeCode(folder, mapOf({}));
    expect((await sourceOf(folder, placeOf(code, 2, 1))).source).toMatchObject({
      file: source,
      line: 3,
      column: 5,
      isMapped: true,
      link: `vscode://file${source}:3:5`,
    });
  });

  it('takes the text in the map where the source is not there', async () => {
    const folder = createFolder();
    const code = writeCode(folder, mapOf({ sourcesContent: [numberedLines(4, 'text')] }));
    const { source } = await sourceOf(folder, placeOf(code, 2, 1));
    expect(source).toMatchObject({ shortPath: 'a.ts', line: 3, isMapped: true });
    expect(source?.lines[2]).toBe('text 3');
    expect(source).toHaveProperty('link', undefined);
  });

  it.each([
    ['names a file outside of the roots', { sources: ['../../../../../etc/passwd'] }],
    ['names a file with a dot', { sources: ['../.env'] }],
    ['names a package', { sources: ['../node_modules/x.ts'] }],
    ['names a folder', { sources: ['../src'] }],
    ['names no file', { sources: ['../src/gone.ts'] }],
    ['names nothing', { sources: [] }],
    ['names a line that is not there', { mappings: 'AAAA;AAgggE' }],
    ['names a negative line', { mappings: 'AAAA;AADA' }],
    ['is broken', { mappings: '%%%' }],
    ['has text without the line', { sources: ['../gone.ts'], sourcesContent: ['one line'] }],
  ])('shows the code itself where a map %s', async (_case, members) => {
    const folder = createFolder();
    folder.write('src/a.ts', numberedLines(20));
    folder.write('.env', numberedLines(20, 'secret'));
    folder.write('node_modules/x.ts', numberedLines(20, 'package'));
    const code = writeCode(folder, mapOf(members));
    const { source } = await sourceOf(folder, placeOf(code, 2, 1));
    expect(source).toMatchObject({ file: code, line: 2, isMapped: false });
    expect(source?.lines[1]).toBe('code 2');
  });

  it.each(['../../map.json', '.hidden.map', 'http://localhost/a.map', 'map%00'])(
    'reads no map from %s',
    async (file) => {
      const outer = createFolder();
      outer.write('map.json', mapOf({}));
      outer.write('root/src/a.ts', numberedLines(20));
      outer.write('root/dist/.hidden.map', mapOf({}));
      const code = outer.write(
        'root/dist/a.js',
        `${numberedLines(3, 'code')}//# sourceMappingURL=${file}\n`,
      );
      const settings = { editor: EDITOR, pathMap: [], sourceRoots: [outer.at('root')] };
      const [located] = (await new SourceReader(settings).read([placeOf(code, 2, 1)], LATER)) ?? [];
      expect(located?.source?.isMapped).toBe(false);
    },
  );

  it('says why it shows nothing', async () => {
    const folder = createFolder();
    folder.write('.env', 'x');
    folder.write('a.ts', 'x');
    const foreign = { ...placeOf('node:fs', 1), isOwn: false };
    const reasons = await Promise.all(
      [placeOf('/etc/passwd', 1), placeOf('.env', 1), placeOf('a.ts', 9), foreign].map((place) =>
        sourceOf(folder, place),
      ),
    );
    expect(reasons.map(({ source, reason }) => source ?? reason)).toEqual([
      'The file is not in the source roots of the viewer.',
      'Files whose path has a name that begins with a dot are not shown.',
      'The file has no such line.',
      'Code of Node and of packages is not shown.',
    ]);
  });

  it('says that a file was written after the span', async () => {
    const folder = createFolder();
    const file = folder.write('a.ts', numberedLines(3));
    utimesSync(file, 1_000, 1_000);
    const isChanged = async (endMillis: number): Promise<boolean | undefined> =>
      (await readerOf(folder).read([placeOf(file, 1)], endMillis))?.[0]?.source?.isChanged;
    expect(await isChanged(999_999)).toBe(true);
    expect(await isChanged(1_000_001)).toBe(false);
  });

  it('reads a bounded number of places and bytes', async () => {
    const folder = createFolder();
    const stack = Array.from(
      { length: 30 },
      (_, i) => `    at f (${folder.write(`${i}.ts`, 'x\n'.repeat(4))}:1:1)`,
    );
    const attributes = { 'exception.stacktrace': stack.join('\n') };
    const span = { traceId: '', spanId: '', name: '', startNanos: 0n, attributes };
    const located = (await readerOf(folder).read(locationsOfSpan(span, []), LATER)) ?? [];
    expect(located.filter(({ source }) => source !== undefined)).toHaveLength(20);
    expect(located.at(-1)?.reason).toBe('Only the first 20 places are shown with their source.');
    const long = ['a', 'b', 'c'].map((name) =>
      placeOf(folder.write(`${name}.ts`, Buffer.alloc(15 * 2 ** 20, 'x\n')), 1),
    );
    const results = (await readerOf(folder).read([...long, long[0] as CodeLocation], LATER)) ?? [];
    expect(results.map(({ source }) => source !== undefined)).toEqual([true, true, false, true]);
  });

  it('makes one answer after the other, and refuses more than wait', async () => {
    const folder = createFolder();
    const file = folder.write('a.ts', 'x');
    const reader = readerOf(folder);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => reader.read([placeOf(file, 1)], LATER)),
    );
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(8);
    expect(await reader.read([placeOf(file, 1)], LATER)).toHaveLength(1);
  });
});
