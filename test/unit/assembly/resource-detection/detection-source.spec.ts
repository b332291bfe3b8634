import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  firstOf,
  PLATFORM_VARIABLES,
  readSmallFile,
  wholeNumberOf,
} from '../../../../lib/assembly/resource-detection/detection-source.js';
import { withFolder } from './with-folder.js';

describe('readSmallFile', () => {
  it('reads a file', () => {
    withFolder((folder) => {
      const path = join(folder, 'it');
      writeFileSync(path, 'text\n');
      expect(readSmallFile(path)).toBe('text\n');
    });
  });

  it('returns nothing for what it cannot read', () => {
    withFolder((folder) => {
      expect(readSmallFile(folder)).toBeUndefined();
      expect(readSmallFile(join(folder, 'missing'))).toBeUndefined();
      const path = join(folder, 'large');
      writeFileSync(path, ' '.repeat(4 * 1024 * 1024 + 1));
      expect(readSmallFile(path)).toBeUndefined();
    });
  });
});

describe('the variables', () => {
  it('are named once', () => {
    expect(new Set(PLATFORM_VARIABLES).size).toBe(PLATFORM_VARIABLES.length);
  });

  it('are asked in order', () => {
    expect(firstOf({ POD_NAME: 'b', K8S_POD_NAME: 'a' }, ['K8S_POD_NAME', 'POD_NAME'])).toBe('a');
    expect(firstOf({}, ['POD_NAME'])).toBeUndefined();
  });

  it.each([
    ['0', 0],
    ['512', 512],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['9'.repeat(16), undefined],
    [undefined, undefined],
  ])('%j is the whole number %j', (text, expected) => {
    expect(wholeNumberOf(text)).toBe(expected);
  });
});
