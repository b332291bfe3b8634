import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import { originalPlaceOf } from '../../../../lib/viewer/source/mappings.js';
import { ROOT } from '../../../architecture/source-tree.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';

describe('originalPlaceOf', () => {
  it.each([
    ['the first mapping', 'AAAA', 0, 0, [0, 0, 0]],
    ['a column after a mapping', 'AAAA,IAAI', 0, 6, [0, 0, 4]],
    ['the column of a mapping', 'AAAA,IAAI', 0, 4, [0, 0, 4]],
    ['a name, which is not needed', 'AAAAA,IAAIA', 0, 4, [0, 0, 4]],
    ['a later line', 'AAAA;AACA;AACA', 2, 0, [0, 2, 0]],
    ['a line without mappings before it', 'AAAA;;AAEA', 2, 0, [0, 2, 0]],
    ['differences below zero', 'AAKK;AAFF', 1, 0, [0, 3, 3]],
    ['another source', 'AAAA;ACAA', 1, 0, [1, 0, 0]],
    ['numbers of several digits', 'AAAA,gCAgCgC', 0, 40, [0, 32, 32]],
    ['no column: the first mapping of the line', 'IAAC,IAAI', 0, undefined, [0, 0, 1]],
  ])('finds %s', (_case, mappings, line, column, [source, ...place]) => {
    const found = originalPlaceOf(mappings, line, column);
    expect(found).toEqual({ source, line: place[0], column: place[1] });
  });

  it.each([
    ['a line that has none', 'AAAA;;AAAA', 1, 0],
    ['a line after the last', 'AAAA', 1, 0],
    ['a column before the first', 'IAAA', 0, 2],
    ['code that comes from nowhere', 'AAAA,IAAI,I', 0, 9],
    ['a source before the first', 'ADAA', 0, 0],
    ['a line before the first', 'AADA', 0, 0],
    ['no mappings', '', 0, 0],
    ['other characters', '!!!!', 0, 0],
    ['characters beyond ASCII', 'AAÄA', 0, 0],
    ['a number without an end', 'gggggg', 0, 0],
    ['a number that is too long', `${'g'.repeat(40)}A`, 0, 0],
  ])('finds nothing for %s', (_case, mappings, line, column) => {
    expect(originalPlaceOf(mappings, line, column)).toBeUndefined();
  });

  it('agrees with the source maps of Node about every place of a file', () => {
    const file = join(ROOT, 'lib/viewer/source/source-reader.ts');
    const { code, map } = transformSync(readFileSync(file, 'utf8'), {
      filename: file,
      sourceMaps: true,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    });
    const payload = JSON.parse(map as string) as SourceMapPayload;
    const ofNode = new SourceMap(payload);
    let mappedCount = 0;
    for (const [line, text] of code.split('\n').entries()) {
      for (let column = 0; column < text.length; column += 3) {
        const found = originalPlaceOf(payload.mappings, line, column);
        const entry = ofNode.findEntry(line, column);
        // Node goes on with the last mapping of an earlier line.
        const isOnLine = 'generatedLine' in entry && entry.generatedLine === line;
        expect([line, column, found?.line, found?.column]).toEqual([
          line,
          column,
          isOnLine ? entry.originalLine : undefined,
          isOnLine ? entry.originalColumn : undefined,
        ]);
        if (found !== undefined) mappedCount++;
      }
    }
    expect(mappedCount).toBeGreaterThan(500);
  });

  it('ends for random text, and gives only places', () => {
    const random = randomOfSeed(7);
    for (let run = 0; run < 2_000; run++) {
      const alphabet = 'AACDIgK;,;,w/+9!é';
      const mappings = Array.from(
        { length: 40 },
        () => alphabet[Math.floor(random() * alphabet.length)],
      ).join('');
      const found = originalPlaceOf(mappings, run % 4, run % 3 === 0 ? undefined : run % 50);
      const { source, line, column } = found ?? { source: 0, line: 0, column: 0 };
      expect(Math.min(source, line, column)).toBeGreaterThanOrEqual(0);
    }
  });
});
