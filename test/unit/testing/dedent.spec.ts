import { describe, expect, it } from '@jest/globals';
import { dedent, dedentText } from '../../../lib/testing/dedent.js';

describe('dedent', () => {
  it('takes away the indentation that all lines share, and the blank lines around', () => {
    const text = dedent`
        root
          child

        another
      `;
    expect(text).toBe('root\n  child\n\nanother');
  });

  it('leaves a text of one line as it is', () => {
    expect(dedent`root [server]`).toBe('root [server]');
  });

  it('puts values in, also at the start of a line and with several lines', () => {
    const text = dedent`
      ${'root'}
        child ${1}
        ${'a\n    b'}
    `;
    expect(text).toBe('root\n  child 1\n  a\n    b');
  });

  it('takes backslashes as they stand', () => {
    const text = dedent`
      work ERROR "a \"b\"\n"
    `;
    expect(text).toBe(`work ERROR ${JSON.stringify('a "b"\n')}`);
  });

  it('is empty for a blank text', () => {
    expect(dedent`
    `).toBe('');
    expect(dedent``).toBe('');
  });
});

describe('dedentText', () => {
  it.each([
    ['\n    root\n      child\n  ', 'root\n  child'],
    ['\n    root\n      child', 'root\n  child'],
    ['root\n  child', 'root\n  child'],
    ['  root\n    child', 'root\n  child'],
    ['\n  root\n\n  another\n', 'root\n\nanother'],
    ['root', 'root'],
    ['', ''],
    ['\n  ', ''],
  ])('makes of %j %j', (text, expected) => {
    expect(dedentText(text)).toBe(expected);
  });
});
