import { describe, expect, it } from '@jest/globals';
import { printable, printableJson } from '../../lib/printable.js';

/** ESC, CSI as one character, NEL, a line break, right-to-left override, a line separator, a tag. */
const HARMFUL = '\u001b[31m|\u009b2J|\u0085|\r\n|\u202e|\u2028|\u{e0041}|\ud800';

describe('printable', () => {
  it('leaves one space of each run of characters that a terminal would obey', () => {
    expect(printable(HARMFUL)).toBe(' [31m| 2J| | | | | | ');
  });

  it('leaves all other text as it is', () => {
    const text = 'GET /über/日本 — 👩🏽 [31m';
    expect(printable(text)).toBe(text);
  });

  it.each([
    ['plain', 'plain'],
    ['größer 世界 🌍', 'größer 世界 🌍'],
    ['two\nlines', 'two lines'],
    ['\u001b[31mred', ' [31mred'],
    ['a\u202ebackwards', 'a backwards'],
    ['half \ud83c', 'half  '],
    ['\r\n\t\u0000', ' '],
    ['\u2028', ' '],
  ])('turns %j into %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('turns other values into text', () => {
    expect(printable(5 as never)).toBe('5');
  });
});

describe('printableJson', () => {
  it('escapes the same characters, so that the parsed value is the same', () => {
    const json = printableJson(JSON.stringify({ text: HARMFUL }));
    expect(json).toMatch(/^[ -~]*$/);
    expect(JSON.parse(json)).toEqual({ text: HARMFUL });
  });

  it('leaves all other text as it is', () => {
    const json = JSON.stringify('über 日本 👩🏽');
    expect(printableJson(json)).toBe(json);
  });
});
