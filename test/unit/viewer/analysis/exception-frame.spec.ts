import { describe, expect, it } from '@jest/globals';
import {
  codePlaceOf,
  ownFrameOf,
  shortPlace,
} from '../../../../lib/viewer/analysis/exception-frame.js';

describe('ownFrameOf', () => {
  it.each([
    [
      'V8',
      'Error: no\n    at Warehouse.findShelf (/app/src/warehouse.ts:31:11)',
      '/app/src/warehouse.ts:31:11',
    ],
    ['ES modules', 'Error: no\n    at file:///app/main.js:3:5', '/app/main.js:3:5'],
    [
      'async',
      'Error: no\n    at async Stock.reserve (file:///app/stock.js:7:9)',
      '/app/stock.js:7:9',
    ],
    ['Windows', 'Error: no\n    at run (C:\\app\\main.js:3:5)', 'C:\\app\\main.js:3:5'],
    ['Firefox', 'findShelf@http://localhost/app.js:31:11', 'http://localhost/app.js:31:11'],
    ['carriage returns', 'Error: no\r\n    at run (/app/main.js:3:5)\r\n', '/app/main.js:3:5'],
  ])('reads stacks of %s', (_case, stack, frame) => {
    expect(ownFrameOf(stack)).toBe(frame);
  });

  it('passes over Node and packages', () => {
    const stack = [
      'Error: no',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      '    at query (/app/node_modules/pg/lib/client.js:1:1)',
      '    at OrderStore.add (/app/src/order-store.ts:12:3)',
    ].join('\n');
    expect(ownFrameOf(stack)).toBe('/app/src/order-store.ts:12:3');
  });

  it.each([
    ['only packages', 'Error\n    at query (/app/node_modules/pg/lib/client.js:1:1)'],
    ['no stack', 'Error: at 3:5 nothing'],
    ['empty', ''],
  ])('has no answer for %s', (_case, stack) => {
    expect(ownFrameOf(stack)).toBeUndefined();
  });

  it('reads a hostile stack in no time', () => {
    const startMillis = performance.now();
    expect(ownFrameOf(`    at ${'('.repeat(200_000)}`)).toBeUndefined();
    expect(ownFrameOf(`    at ${'a:1('.repeat(240)}\n`.repeat(2_000))).toBeUndefined();
    expect(performance.now() - startMillis).toBeLessThan(1_000);
  });
});

describe('codePlaceOf', () => {
  it.each([
    ['/app/a.ts:31:11', '/app/a.ts', 31],
    ['C:\\app\\a.ts:31', 'C:\\app\\a.ts', 31],
  ])('reads %s', (frame, file, line) => {
    expect(codePlaceOf(frame)).toEqual({ file, line });
  });

  it('reads nothing else', () => expect(codePlaceOf('a.ts')).toBeUndefined());
});

describe('shortPlace', () => {
  it.each(['/app/src/a.ts', 'C:\\app\\a.ts', 'a.ts'])('leaves out the folders of %s', (file) => {
    expect(shortPlace({ file, line: 3 })).toBe('a.ts:3');
  });
});
