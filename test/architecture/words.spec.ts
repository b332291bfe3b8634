import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readUserPages } from './pages.js';
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
    // `/home/me` is the place of nobody: examples of options need one.
    expect(linesWith(/(^|[\s"'`(=])\/(work|home|Users|root)\/(?<!\/home\/(?=me\b))\w/)).toEqual([]);
  });
});

/** Turns of phrase that readers whose first language is another one stumble over, and what to write. */
const RIDDLES: readonly [RegExp, string][] = [
  [/\b(is|are|be|was|were) told\b|\btells? of\b/, 'name what is reported, and where'],
  [/(?<!there )\b(is|are) none\b/, 'say "not a …" or "invalid"'],
  [/\bthere where\b/, 'where, if'],
  [/\bstands? in(?! (the|a)\b)/, 'replaces, is in'],
  [/\b(have|has) luck\b/, 'is selected at random'],
  [/\b(let|lets) go\b/, 'drop'],
  [/\bbelieve[ds]?\b/, 'trust, accept, use'],
  [/\bhears? of\b/, 'receives, sees'],
];

describe('the pages for users', () => {
  it.each(RIDDLES)('are plain: no %s (%s)', (riddle) => {
    const lines = readUserPages().flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (riddle.test(line) ? [`${path}:${index + 1} ${line}`] : [])),
    );
    expect(lines).toEqual([]);
  });
});
