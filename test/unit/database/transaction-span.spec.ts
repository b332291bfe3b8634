import { describe, expect, it } from '@jest/globals';
import { maskedMessageOf } from '../../../lib/context/index.js';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import { joinTransaction, TransactionSpan } from '../../../lib/database/transaction-span.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function createHandler() {
  const { tracer, recorder } = createTracing();
  const handler = new DatabaseHandler({ system: 'postgresql', namespace: 'shop' }, { tracer });
  const taken = (attributes: true | string[] = []): string =>
    traceAsText(recorder.takeSpans(), { attributes });
  return { tracer, handler, taken };
}

describe('TransactionSpan', () => {
  it('is found by its connection until it ends', () => {
    const { handler, taken } = createHandler();
    const connection = {};
    const transaction = TransactionSpan.begin(handler, connection);
    expect(TransactionSpan.of(connection)).toBe(transaction);
    transaction?.end();
    transaction?.end();
    transaction?.fail(new Error('late'));
    expect(TransactionSpan.of(connection)).toBeUndefined();
    expect(TransactionSpan.of(undefined)).toBeUndefined();
    expect(taken(true)).toBe('transaction db.namespace=shop db.system.name=postgresql');
  });

  it('may get its connection later', () => {
    const { handler } = createHandler();
    const transaction = TransactionSpan.begin(handler);
    const connection = {};
    transaction?.useConnection(connection);
    expect(TransactionSpan.of(connection)).toBe(transaction);
    const next = TransactionSpan.begin(handler, connection);
    transaction?.end();
    expect(TransactionSpan.of(connection)).toBe(next);
  });

  it('shows why it failed, without values', () => {
    const { handler, taken } = createHandler();
    const error = Object.assign(new Error("near 'hunter2'"), { code: '40001' });
    TransactionSpan.begin(handler, {})?.fail(error);
    expect(maskedMessageOf(error)).toBe('near ?');
    expect(taken(['error.type', 'db.response.status_code'])).toBe(
      'transaction error.type="40001" ERROR "near ?"',
    );
  });

  it('does not begin below an unsampled span', () => {
    const { handler, taken } = createHandler();
    const { tracer } = createTracing({ sampler: new AlwaysOffSampler() });
    tracer.trace('work', () => expect(TransactionSpan.begin(handler, {})).toBeUndefined());
    expect(taken()).toBe('');
  });
});

describe('joinTransaction', () => {
  it('puts a query into the transaction if it is sent where the transaction began', () => {
    const { tracer, handler, taken } = createHandler();
    const send = (transaction: TransactionSpan | undefined, name: string): void =>
      joinTransaction(transaction, () => tracer.startSpan(name).end());
    tracer.trace('work', () => {
      const transaction = TransactionSpan.begin(handler, {});
      send(transaction, 'inside');
      tracer.trace('step', () => send(transaction, 'below'));
      send(undefined, 'outside');
      transaction?.end();
    });
    expect(taken()).toBe(
      ['work', '  transaction', '    inside', '  step', '    below', '  outside'].join('\n'),
    );
  });
});

describe('TransactionSpan.beginAbove', () => {
  it('is the transaction that the query builder begins first, and no other', () => {
    const { handler, taken } = createHandler();
    const connection = {};
    const above = TransactionSpan.beginAbove(handler);
    above?.run(() => {
      const below = TransactionSpan.begin(handler, connection);
      expect(below).toBe(above);
      expect(TransactionSpan.of(connection)).toBe(above);
      const next = TransactionSpan.begin(handler);
      expect(next).not.toBe(above);
      next?.end();
    });
    above?.end();
    expect(TransactionSpan.of(connection)).toBeUndefined();
    expect(taken()).toBe('transaction\n  transaction');
  });
});
