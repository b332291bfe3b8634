import { describe, expect, it } from '@jest/globals';
import { keyOfPlace } from '../../../../lib/viewer/analysis/code-locations.js';
import { savedSources } from '../../../../lib/viewer/server/saved-sources.js';
import { SourceReader } from '../../../../lib/viewer/source/source-reader.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import { attribute, idOf, type OtlpMembers, spanOf } from '../../../support/otlp-requests.js';
import { numberedLines, sourceFoldersOfTest } from '../../../support/source-folder.js';
import { testStore } from '../../../support/stored-spans.js';

const createFolder = sourceFoldersOfTest();
const END_NANOS = 1e9;

function entryOf(spans: readonly OtlpMembers[]): TraceEntry {
  const { store, send } = testStore();
  send(spans);
  return store.get(idOf(1, 32)) as TraceEntry;
}

const readerOf = (root: string) =>
  new SourceReader({
    editor: 'vscode://file{file}:{line}:{column}',
    pathMap: [],
    sourceRoots: [root],
  });

/** A span with its own place. */
function placed(number: number, file: string, line: number, members: OtlpMembers = {}) {
  const attributes = [attribute('code.file.path', file), attribute('code.line.number', line)];
  return spanOf(1, number, { attributes, ...members });
}

describe('savedSources', () => {
  it('has the code of each place once, that of failures first, and no links to an editor', async () => {
    const folder = createFolder();
    const file = folder.write('a.ts', numberedLines(40));
    const stack = `Error: no\n    at run (file://${file}:30:3)\n    at node:fs:1:1`;
    const exception = {
      timeUnixNano: '1',
      name: 'exception',
      attributes: [attribute('exception.stacktrace', stack)],
    };
    const entry = entryOf([
      placed(1, file, 10),
      placed(2, file, 10),
      spanOf(1, 3),
      spanOf(1, 4, { status: { code: 2 }, events: [exception] }),
      placed(5, folder.at('missing.ts'), 1),
    ]);
    const sources = await savedSources(entry, readerOf(folder.path), END_NANOS);
    expect(sources.map(({ place, source }) => [place, source.line, source.link])).toEqual([
      [keyOfPlace({ file, line: 30, column: 3 }), 30, undefined],
      [keyOfPlace({ file, line: 10, column: undefined }), 10, undefined],
    ]);
    expect(sources[0]?.source.lines).toContain('line 30');
  });

  it('has 200 places at most', async () => {
    const folder = createFolder();
    const file = folder.write('a.ts', numberedLines(300));
    const entry = entryOf(Array.from({ length: 250 }, (_, i) => placed(i + 1, file, i + 1)));
    const sources = await savedSources(entry, readerOf(folder.path), END_NANOS);
    expect(sources.map(({ source }) => source.line)).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
  });

  it('has 2 MiB of code at most', async () => {
    const folder = createFolder();
    const file = folder.write('a.ts', `${'x'.repeat(600_000)}\n`.repeat(3));
    const others = [1, 2, 3].map((number) => folder.write(`${number}.ts`, 'short\n'));
    const entry = entryOf([
      placed(1, others[0] as string, 1),
      placed(2, file, 2),
      placed(3, file, 3),
      placed(4, others[1] as string, 1),
    ]);
    const sources = await savedSources(entry, readerOf(folder.path), END_NANOS);
    const lengths = sources.map(({ source }) => source.lines.join('\n').length);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(2 * 2 ** 20);
    expect(sources.length).toBeGreaterThan(0);
  });

  it('does without where too many others ask for source code', async () => {
    const folder = createFolder();
    const entry = entryOf([placed(1, folder.write('a.ts', 'a\n'), 1)]);
    const busy = { read: async () => undefined } as unknown as SourceReader;
    expect(await savedSources(entry, busy, END_NANOS)).toEqual([]);
  });
});
