import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { tracedTransactionFunction } from '../../../../lib/database/queryable/traced-transaction-function.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: [] });

/** As what `transaction` of better-sqlite3 returns. */
function transactionOf(work: (...values: never[]) => unknown) {
  const run = (...values: never[]): unknown => work(...values);
  return Object.defineProperties(run, {
    deferred: { value: (...values: never[]) => work(...values) },
    database: { value: 'the database' },
  });
}

function traced(work: (...values: never[]) => unknown, client: object = {}) {
  const handler = new DatabaseHandler({ system: 'sqlite' });
  return tracedTransactionFunction(transactionOf(work) as never, client, handler) as never as {
    (...values: unknown[]): unknown;
    deferred(...values: unknown[]): unknown;
    readonly database: string;
  };
}

describe('tracedTransactionFunction', () => {
  it('gives each call and each call of a variant a span around the work', () => {
    const run = traced((value) => tracing.tracer.trace('work', () => value));
    expect([run(1), run.deferred(2)]).toEqual([1, 2]);
    expect(taken()).toBe('transaction\n  work\n\ntransaction\n  work');
  });

  it('keeps the other members, and its methods the same', () => {
    const run = traced(() => {});
    expect(run.database).toBe('the database');
    expect(run.deferred).toBe(run.deferred);
  });

  it('throws what the work throws', () => {
    const run = traced(() => {
      throw new RangeError('no');
    });
    expect(run).toThrow(RangeError);
    expect(taken()).toBe('transaction');
  });

  it('gives no span to a savepoint, nor while no application runs', () => {
    traced(() => {}, { inTransaction: true })();
    tracing.close();
    expect(traced((value) => value)(1)).toBe(1);
    expect(taken()).toBe('');
  });
});
