import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contextStorage, type TracingContext } from '../../../lib/context/index.js';
import { createAdapterHandler } from '../../../lib/database/adapter-options.js';
import { recordLostConnection } from '../../../lib/database/lost-connection.js';
import { TransactionSpan } from '../../../lib/database/typeorm/transaction-span.js';
import { withinTransaction } from '../../../lib/database/within-transaction.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const found = { system: 'postgresql', namespace: 'shop', serverPort: 5432 };

describe('createAdapterHandler', () => {
  it('lets what is given count more than what was found', () => {
    const { source } = createAdapterHandler('x', found, {
      namespace: 'mine',
      serverPort: undefined,
    });
    expect(source).toEqual({ system: 'postgresql', namespace: 'mine', serverPort: 5432 });
  });

  it.each([
    ['those of the application', {}, 'sanitized-unless-parameterized'],
    ['its own', { queryText: 'none' } as const, undefined],
  ])('shows queries by %s', (_, options, text) => {
    const { handler } = createAdapterHandler('x', found, options);
    handler.begin({ text: 'sanitized-unless-parameterized', parameters: [1] })?.finish();
    expect(tracing.recorder.takeSpan().attributes['db.query.text']).toBe(text);
  });

  it('calls options that cannot be used by their owner', () => {
    expect(() => createAdapterHandler('traceX', found, { maxQueryTextLength: 0 })).toThrow(
      'traceX.maxQueryTextLength must be',
    );
  });

  it('takes the tracer that is given', () => {
    const other = createTestTracing();
    other.close();
    const { handler } = createAdapterHandler('x', found, { tracer: other.tracer });
    handler.begin({ text: 'SELECT 1' })?.finish();
    expect(other.recorder.takeSpan().name).toBe('SELECT');
  });
});

describe('recordLostConnection', () => {
  const error = Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });

  it('tells of the wait and its end', () => {
    const { handler } = createAdapterHandler('x', found, {});
    const start = Date.now() - 1000;
    recordLostConnection(handler, found, start, error);
    recordLostConnection(handler, { system: 'sqlite' }, start, error);
    const [span] = tracing.recorder.spans;
    expect(span?.startTime[0]).toBe(Math.floor(start / 1000));
    expect(traceAsText(tracing.recorder.takeSpans(), { attributes: true })).toBe(
      [
        'connect shop [client] db.namespace=shop db.system.name=postgresql error.type=ECONNREFUSED server.port=5432 ERROR "no connection"',
        '',
        'connect [client] db.system.name=sqlite error.type=ECONNREFUSED ERROR "no connection"',
      ].join('\n'),
    );
  });

  it('tells nothing within a query that has a span', () => {
    const { handler } = createAdapterHandler('x', found, {});
    const operation = handler.begin({ text: 'SELECT 1' });
    contextStorage.run(operation?.context as TracingContext, () =>
      recordLostConnection(handler, found, Date.now(), error),
    );
    operation?.finish();
    expect(tracing.recorder.takeSpan().name).toBe('SELECT');
  });
});

describe('withinTransaction', () => {
  it('puts what is sent from where the transaction was begun into it, and nothing else', () => {
    const { handler, source } = createAdapterHandler('x', found, {});
    const send = (transaction: TransactionSpan | undefined, name: string): void =>
      withinTransaction(transaction, () => tracing.tracer.startSpan(name).end());
    tracing.tracer.trace('work', () => {
      const transaction = TransactionSpan.begin({}, handler, source);
      send(transaction, 'inside');
      tracing.tracer.trace('step', () => send(transaction, 'below'));
      send(undefined, 'outside');
      transaction?.end();
    });
    expect(traceAsText(tracing.recorder.takeSpans(), { attributes: [] })).toBe(
      ['work', '  transaction', '    inside', '  step', '    below', '  outside'].join('\n'),
    );
  });
});
