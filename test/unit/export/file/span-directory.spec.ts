import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanDirectory } from '../../../../lib/export/file/span-directory.js';
import { TemporaryDirectory } from './temporary-directory.js';

const NOON = Date.parse('2024-05-06T12:00:00.007Z');
let directory: TemporaryDirectory;

beforeEach(() => {
  directory = new TemporaryDirectory();
});

afterEach(() => directory.remove());

describe('SpanDirectory', () => {
  it('gives names that sort by age, even when the clock stands or goes back', () => {
    const spans = new SpanDirectory(directory.path, 'spans', 3);
    const names = [NOON, NOON, NOON - 5000, NOON + 1].map((time) => basename(spans.nextPath(time)));
    expect(names).toEqual([
      'spans-20240506T120000007Z-0000.jsonl',
      'spans-20240506T120000007Z-0001.jsonl',
      'spans-20240506T120000007Z-0002.jsonl',
      'spans-20240506T120000008Z-0000.jsonl',
    ]);
    expect([...names].sort()).toEqual(names);
  });

  it('removes the oldest of its own files', async () => {
    const spans = new SpanDirectory(directory.path, 'spans', 2);
    for (let i = 0; i < 5; i++) writeFileSync(spans.nextPath(NOON + i), '');
    const others = ['other.txt', 'spans-notes.jsonl', 'spans.jsonl.part'];
    for (const name of others) writeFileSync(directory.file(name), '');
    expect(await spans.prune()).toBe(3);
    expect(directory.names).toEqual(
      [
        ...others,
        'spans-20240506T120000010Z-0000.jsonl',
        'spans-20240506T120000011Z-0000.jsonl',
      ].sort(),
    );
    expect(await spans.prune()).toBe(0);
  });

  it('finishes what was left behind, unless there is nothing in it', async () => {
    const spans = new SpanDirectory(directory.path, 'spans', 2);
    expect(await spans.adoptPart(NOON)).toBe(false);
    writeFileSync(spans.partPath, '');
    expect(await spans.adoptPart(NOON)).toBe(false);
    writeFileSync(spans.partPath, '{}\n');
    expect(await spans.adoptPart(NOON)).toBe(true);
    expect(directory.names).toEqual(['spans-20240506T120000007Z-0000.jsonl']);
  });
});
