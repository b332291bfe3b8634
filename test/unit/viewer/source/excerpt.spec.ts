import { describe, expect, it } from '@jest/globals';
import { excerptOf } from '../../../../lib/viewer/source/excerpt.js';

const TEXT = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n');

describe('excerptOf', () => {
  it.each([
    [10, 5, 15],
    [1, 1, 6],
    [3, 1, 8],
    [20, 15, 20],
  ])('shows five lines around line %i', (line, first, last) => {
    const { firstLine, lines } = excerptOf(TEXT, line) ?? { firstLine: 0, lines: [] };
    expect([firstLine, lines[0], lines.at(-1)]).toEqual([first, `line ${first}`, `line ${last}`]);
    expect(lines).toHaveLength(last - first + 1);
  });

  it.each([
    ['after the end', TEXT, 21],
    ['far after the end', TEXT, 1_000_000],
    ['after the last line break', 'a\n', 2],
    ['of an empty file', '', 1],
  ])('has no line %s', (_case, text, line) => {
    expect(excerptOf(text, line)).toBeUndefined();
  });

  it('knows line breaks of Windows', () => {
    expect(excerptOf('a\r\nb\r\n', 1)).toEqual({ firstLine: 1, lines: ['a', 'b'] });
  });

  it('keeps empty lines', () => {
    expect(excerptOf('\n\na\n', 1)).toEqual({ firstLine: 1, lines: ['', '', 'a'] });
  });

  it('cuts lines that nobody reads', () => {
    const { lines } = excerptOf(`${'x'.repeat(1_000_000)}\nb`, 2) ?? { lines: [] };
    expect(lines).toEqual([`${'x'.repeat(400)}…`, 'b']);
  });
});
