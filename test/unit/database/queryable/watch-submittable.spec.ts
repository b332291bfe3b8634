import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import type { DatabaseOperation } from '../../../../lib/database/database-operation.js';
import { watchSubmittable } from '../../../../lib/database/queryable/watch-submittable.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;
let operation: DatabaseOperation;

beforeEach(() => {
  tracing = createTestTracing();
  const handler = new DatabaseHandler({ system: 'postgresql' }, { captureReturnedRows: true });
  operation = handler.begin({ text: 'SELECT 1' }) as DatabaseOperation;
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['db.response.returned_rows'] });

describe('watchSubmittable', () => {
  it('sees the error of a cursor without listeners, which ends as if it had succeeded', () => {
    const calls: unknown[] = [];
    const cursor = Object.assign(new EventEmitter(), {
      handleError: (...values: unknown[]) => void calls.push(values),
      handleReadyForQuery: () => cursor.emit('end'),
    });
    expect(watchSubmittable(operation, cursor)).toBe(true);
    const failure = new Error('no');
    cursor.handleError(failure, 'connection');
    cursor.handleReadyForQuery();
    expect(calls).toEqual([[failure, 'connection']]);
    expect(taken()).toBe('SELECT [client] ERROR "no"');
  });

  it('ends with a query of the user that has neither events nor a callback', () => {
    const query = { handleReadyForQuery: () => 'ready' };
    expect(watchSubmittable(operation, query)).toBe(true);
    expect(query.handleReadyForQuery()).toBe('ready');
    expect(taken()).toBe('SELECT [client]');
  });

  it('counts the rows that a callback gets', () => {
    const query = {
      callback: (_error: unknown, _result: unknown) => {},
      handleReadyForQuery: () => query.callback(undefined, { rows: [1, 2] }),
    };
    watchSubmittable(operation, query);
    query.handleReadyForQuery();
    expect(taken()).toBe('SELECT [client] db.response.returned_rows=2');
  });

  it('says that a query reports nothing', () => {
    expect(watchSubmittable(operation, { submit() {} })).toBe(false);
    operation.finish();
    tracing.recorder.takeSpans();
  });

  it('calls back and emits where the reader is, and not where the connection was opened', () => {
    const callbacks: (() => void)[] = [];
    const cursor = Object.assign(new EventEmitter(), {
      read: (_count: number, callback: () => void) => void callbacks.push(callback),
      close: (callback?: () => void) => callback && void callbacks.push(callback),
    });
    watchSubmittable(operation, cursor);
    const active: unknown[] = [];
    const note = (): void => void active.push(tracing.tracer.activeSpan);
    tracing.tracer.trace('reader', (reader) => {
      cursor.read(10, note);
      cursor.close(note);
      cursor.close();
      cursor.on('row', note);
      tracing.tracer.trace('neighbour', () => {
        for (const callback of callbacks) callback();
        cursor.emit('row');
      });
      expect(active).toEqual([reader, reader, reader]);
    });
    operation.finish();
    tracing.recorder.takeSpans();
  });
});
