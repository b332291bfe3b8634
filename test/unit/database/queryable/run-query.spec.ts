import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import type { DatabaseTracingOptions } from '../../../../lib/database/database-options.js';
import { readQueryArguments } from '../../../../lib/database/queryable/query-arguments.js';
import { runQuery } from '../../../../lib/database/queryable/run-query.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const failure = new RangeError("near 'hunter2'");
const FAILED = 'ERROR "near ?"';
const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: [] });

/** Runs a query of a driver that returns what it is given. */
function run(
  values: unknown[],
  options: DatabaseTracingOptions = {},
  original: (...values: unknown[]) => unknown = (...given) => given,
): unknown {
  const handler = new DatabaseHandler({ system: 'postgresql' }, options);
  return runQuery(handler, readQueryArguments, original, {}, values, true, false);
}

describe('runQuery', () => {
  it('throws what the driver throws', () => {
    const original = (): never => {
      throw failure;
    };
    expect(() => run(['SELECT 1'], {}, original)).toThrow(failure);
    expect(taken()).toBe(`SELECT [client] ${FAILED}`);
  });

  it('leaves arguments that throw when they are read to the driver', () => {
    const query = {
      get text(): string {
        throw new Error('no');
      },
    };
    expect(run([query])).toEqual([query]);
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('ends with the callback', () => {
    const calls: unknown[] = [];
    const original = (_text: unknown, callback: unknown): string => {
      (callback as (error: unknown) => void)(failure);
      return 'returned';
    };
    expect(run(['SELECT 1', (error: unknown) => calls.push(error)], {}, original)).toBe('returned');
    expect(calls).toEqual([failure]);
    expect(taken()).toBe(`SELECT [client] ${FAILED}`);
  });

  it('ends with the events of a query that submits itself', () => {
    const cursor = Object.assign(new EventEmitter(), { submit() {}, text: 'SELECT * FROM a' });
    run([cursor]);
    expect(tracing.recorder.openSpans).toHaveLength(1);
    cursor.emit('end');
    expect(taken()).toBe('SELECT a [client]');
  });

  it('ends with the callback of a query that submits itself', () => {
    const errors: unknown[] = [];
    const callback = (error: unknown): void => void errors.push(error);
    const query = { submit() {}, text: 'SELECT * FROM b', callback };
    run([query]);
    query.callback(failure);
    expect(errors).toEqual([failure]);
    expect(taken()).toBe(`SELECT b [client] ${FAILED}`);
  });

  it('ends at once for a query that submits itself and never reports its end', () => {
    run([{ submit() {}, text: 'SELECT * FROM c' }]);
    expect(taken()).toBe('SELECT c [client]');
  });

  it('adds the comment to a text, and not to an object', () => {
    const query = Object.freeze({ name: 'one', text: 'SELECT 1' });
    expect(run([query], { sqlCommenter: true })).toEqual([query]);
    const sent = run(['SELECT 1'], { sqlCommenter: true });
    const [, span] = tracing.recorder.takeSpans();
    expect(sent).toEqual([expect.stringMatching(/^SELECT 1 \/\*traceparent='00-[0-9a-f-]+'\*\/$/)]);
    expect(span?.attributes['db.query.text']).toBe('SELECT ?');
  });
});
