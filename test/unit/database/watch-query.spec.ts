import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import type { DatabaseOperation } from '../../../lib/database/database-operation.js';
import {
  countRows,
  endStream,
  isEmitter,
  sendQuery,
  watchEvents,
  watchedCallback,
  watchResult,
} from '../../../lib/database/watch-query.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

function begin(): DatabaseOperation {
  const handler = new DatabaseHandler({ system: 'sqlite' }, { captureReturnedRows: true });
  const operation = handler.begin({ text: 'SELECT 1' });
  if (operation === undefined) throw new Error('The query must have a span.');
  return operation;
}

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['db.response.returned_rows'] });
const failure = new RangeError('no');
const FAILED = 'SELECT [client] ERROR "no"';
const ONE_ROW = 'SELECT [client] db.response.returned_rows=1';

describe('sendQuery', () => {
  it('sends the query inside its span', () => {
    const operation = begin();
    expect(sendQuery(operation, () => tracing.tracer.activeSpan)).toBe(operation.span);
    expect(taken()).toBe('SELECT [client]');
  });

  it('throws what the driver throws', () => {
    const send = (): never => {
      throw failure;
    };
    expect(() => sendQuery(begin(), send)).toThrow(failure);
    expect(taken()).toBe(FAILED);
  });

  it('counts the rows in a part of the result', async () => {
    const result = { records: [1] };
    const rowsOf = (value: unknown): unknown => (value as typeof result).records;
    expect(await sendQuery(begin(), async () => result, rowsOf)).toBe(result);
    expect(taken()).toBe(ONE_ROW);
  });
});

describe('watchResult', () => {
  it('ends with a promise, and passes on its value or its error', async () => {
    expect(await watchResult(begin(), Promise.resolve([1]))).toEqual([1]);
    await expect(watchResult(begin(), Promise.reject(failure))).rejects.toBe(failure);
    expect(taken()).toBe([ONE_ROW, FAILED].join('\n\n'));
  });

  it('leaves a rejection that nobody handles unhandled', async () => {
    const reasons = await unhandledRejectionsOf(() => {
      void watchResult(begin(), Promise.reject(failure));
    });
    expect(reasons).toEqual([failure]);
    tracing.recorder.takeSpans();
  });

  it('ends at once for any other value', () => {
    const rows = [1];
    expect(watchResult(begin(), rows)).toBe(rows);
    expect(taken()).toBe(ONE_ROW);
  });

  it('ends with the events of an emitter', () => {
    const emitter = new EventEmitter();
    expect(watchResult(begin(), emitter)).toBe(emitter);
    expect(tracing.recorder.openSpans).toHaveLength(1);
    emitter.emit('end');
    expect(taken()).toBe('SELECT [client]');
  });
});

describe('watchEvents', () => {
  it('ends once, with the first event', () => {
    const emitter = new EventEmitter();
    watchEvents(begin(), emitter);
    emitter.emit('close');
    emitter.emit('end');
    expect(taken()).toBe('SELECT [client]');
  });

  it('leaves an error without a listener unhandled', () => {
    const emitter = new EventEmitter();
    watchEvents(begin(), emitter);
    expect(() => emitter.emit('error', failure)).toThrow('no');
    expect(taken()).toBe(FAILED);
  });
});

describe('endStream', () => {
  it('takes a reader that leaves early for a success', () => {
    endStream(begin(), Object.assign(new Error('aborted'), { code: 'ABORT_ERR' }));
    endStream(begin(), failure);
    endStream(begin(), null);
    expect(taken()).toBe(['SELECT [client]', FAILED, 'SELECT [client] ERROR "null"'].join('\n\n'));
  });
});

describe('watchedCallback', () => {
  it('ends the operation, and calls the callback with its arguments outside of the span', () => {
    const self = {};
    const calls: unknown[] = [];
    const callback = function (this: unknown, ...values: unknown[]): string {
      calls.push([this, values, tracing.tracer.activeSpan]);
      return 'returned';
    };
    const operation = begin();
    const watched = operation.run(() => watchedCallback(operation, callback));
    expect(Reflect.apply(watched, self, [null, [1], 'fields'])).toBe('returned');
    watchedCallback(begin(), callback)(failure);
    expect(calls).toEqual([
      [self, [null, [1], 'fields'], undefined],
      [undefined, [failure], undefined],
    ]);
    expect(taken()).toBe([ONE_ROW, FAILED].join('\n\n'));
  });
});

describe('isEmitter', () => {
  it.each([
    [new EventEmitter(), true],
    [{ on: 1 }, false],
    [null, false],
    ['text', false],
  ])('%#', (value, expected) => {
    expect(isEmitter(value)).toBe(expected);
  });
});

describe('countRows', () => {
  it.each([
    [{ rows: [1, 2] }, 2],
    [{ recordset: [1], recordsets: [[1]] }, 1],
    [[[1, 2, 3], []], 3],
    [[{ a: 1 }], 1],
    [[{ a: 1 }, { a: 2 }], 2],
    [[{ affectedRows: 1 }, undefined], undefined],
    [[{ affectedRows: 1 }, []], undefined],
    [
      [
        { rows: [1], fields: [] },
        { rows: [1, 2], fields: [] },
      ],
      3,
    ],
    [[{ rows: [1], fields: null }, { a: 1 }, {}], 3],
    [[], 0],
    [{ affectedRows: 1 }, undefined],
    [undefined, undefined],
  ])('counts %j', (result, count) => {
    expect(countRows(result)).toBe(count);
  });
});
