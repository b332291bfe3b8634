import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { listFiles, ROOT, readText } from './source-tree.js';

const texts = /\.([cm]?[jt]s|md|json|proto|txt)$/;
const paths = [
  ...['lib', 'sample', 'test'].flatMap((folder) =>
    listFiles(folder).map((path) => `${folder}/${path}`),
  ),
  ...readdirSync(ROOT),
].filter((path) => texts.test(path) && !path.endsWith('package-lock.json'));

function linesWith(pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    readText(path)
      .split('\n')
      .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ line, place }) => `${place} ${line.trim()}`),
  );
}

describe('the words of the repository', () => {
  // Put together, so that this file does not find itself.
  it.each(['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'])('leave no %s behind', (word) => {
    expect(linesWith(new RegExp(`\\b${word}\\b`))).toEqual([]);
  });

  it('leave no test focused', () => {
    expect(linesWith(/^\s*(it|test|describe)\.only\b|^\s*f(it|describe)\(/)).toEqual([]);
  });

  it('name no path of somebody’s machine', () => {
    expect(linesWith(/(^|[\s"'`(=])\/(work|home|Users|root)\/\w/)).toEqual([]);
  });
});
