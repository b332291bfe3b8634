import { describe, expect, it } from '@jest/globals';
import { isSameFile, locationsOfSpan } from '../../../../lib/viewer/analysis/code-locations.js';
import type { AnyAttributes, SpanRecord } from '../../../../lib/viewer/analysis/span-record.js';

const SPAN = { traceId: '', spanId: '', name: 'OrdersService.place', startNanos: 0n };

function textOf(span: Partial<SpanRecord>, logs: readonly AnyAttributes[] = []): string[] {
  return locationsOfSpan({ ...SPAN, ...span }, logs).map(
    ({ origin, index, frame, functionName, file, line, column, isOwn }) =>
      `${origin} ${index} ${frame} ${functionName} ${file}:${line}:${column} ${isOwn}`,
  );
}

describe('locationsOfSpan', () => {
  it('names the place of the span, then the frames of its exceptions and logs', () => {
    const stack = (line: number): AnyAttributes => ({
      'exception.stacktrace': `Error\n    at find (/app/a.ts:${line}:5)\n    at done (/app/b.ts:1:1)`,
    });
    const events = [
      { name: 'start', timeNanos: 0n },
      { name: 'exception', timeNanos: 0n, attributes: stack(3) },
    ];
    const attributes = { 'code.file.path': '/app/c.ts', 'code.line.number': 9 };
    expect(textOf({ attributes, events }, [stack(7)])).toEqual([
      'attribute 0 0 OrdersService.place /app/c.ts:9:undefined true',
      'event 1 0 find /app/a.ts:3:5 true',
      'event 1 1 done /app/b.ts:1:1 true',
      'log 0 0 find /app/a.ts:7:5 true',
      'log 0 1 done /app/b.ts:1:1 true',
    ]);
  });

  it('puts the application before Node and packages', () => {
    const stack =
      'Error\n    at a (node:fs:1:1)\n    at b (/app/node_modules/x/y.js:2:1)\n    at c (/app/c.ts:3:1)';
    const attributes = {
      'code.file.path': '/app/node_modules/z.js',
      'code.line.number': 1,
      'code.stacktrace': stack,
    };
    expect(textOf({ attributes }).map((text) => text.split(' ')[3])).toEqual([
      'c',
      'OrdersService.place',
      'a',
      'b',
    ]);
  });

  it('knows the names of older conventions, and the column', () => {
    const attributes = {
      'code.filepath': 'src/a.py',
      'code.lineno': '12',
      'code.column': 4,
      'code.function': 'place',
    };
    expect(textOf({ attributes })).toEqual(['attribute 0 0 place src/a.py:12:4 true']);
  });

  it.each([
    [{ 'code.file.path': '/app/a.ts' }],
    [{ 'code.line.number': 3 }],
    [{ 'code.file.path': '', 'code.line.number': 3 }],
    [{ 'code.file.path': 7, 'code.line.number': 3 }],
    [{ 'code.file.path': '/app/a.ts', 'code.line.number': 0 }],
    [{ 'code.file.path': '/app/a.ts', 'code.line.number': -1 }],
    [{ 'code.file.path': '/app/a.ts', 'code.line.number': 1.5 }],
    [{ 'code.file.path': '/app/a.ts', 'code.line.number': 'x' }],
    [{ 'exception.stacktrace': 7 }],
    [{}],
  ])('%j names no place', (attributes: AnyAttributes) => {
    expect(textOf({ attributes })).toEqual([]);
  });

  it('is bounded', () => {
    const stack = `Error\n${'    at a (/app/a.ts:1:1)\n'.repeat(1_000)}`;
    const event = { name: 'e', timeNanos: 0n, attributes: { 'exception.stacktrace': stack } };
    expect(textOf({ events: [event] })).toHaveLength(50);
    expect(textOf({ events: Array(20).fill(event) })).toHaveLength(200);
  });
});

describe('isSameFile', () => {
  it('holds for a path and its URL', () => {
    expect(isSameFile('file:///app/a.ts', '/app/a.ts')).toBe(true);
    expect(isSameFile('/app/a.ts', '/app/b.ts')).toBe(false);
  });
});
