import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { TransactionSpan } from '../../../../lib/database/transaction-span.js';
import { DataSourceHandlers } from '../../../../lib/database/typeorm/data-source-handlers.js';
import { TracedQueryRunner } from '../../../../lib/database/typeorm/traced-query-runner.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

/** As a query runner of TypeORM. */
class Runner {
  readonly manager = { queryRunner: this, transaction: async () => {} };
  readonly emitter = new EventEmitter();

  async query(text: string): Promise<unknown> {
    if (text.startsWith('FAIL')) throw new Error('no');
    return [text];
  }

  async stream(_text: string): Promise<EventEmitter> {
    return this.emitter;
  }

  async startTransaction(level?: string): Promise<void> {
    await this.query(level === undefined ? 'BEGIN' : level);
  }

  async commitTransaction(): Promise<void> {
    await this.query('FAIL commit');
  }

  async rollbackTransaction(): Promise<void> {
    await this.query('ROLLBACK');
  }

  async release(): Promise<void> {}
}

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['db.response.returned_rows'] });

function attach<T extends object>(runner: T, isActive = (): boolean => true): T {
  const handler = new DatabaseHandler({ system: 'sqlite' }, { captureReturnedRows: true });
  const handlers = new DataSourceHandlers(handler, {}, {});
  TracedQueryRunner.attach(runner as never, handlers, isActive);
  return runner;
}

describe('TracedQueryRunner', () => {
  it('traces a runner once while the tracing lasts', () => {
    let isActive = true;
    const runner = attach(new Runner(), () => isActive);
    const { query } = runner;
    expect(attach(runner).query).toBe(query);
    isActive = false;
    expect(attach(runner).query).not.toBe(query);
  });

  it('works as without tracing when the tracing is over', async () => {
    let isActive = true;
    const runner = attach(new Runner(), () => isActive);
    isActive = false;
    expect(await runner.query('SELECT 1')).toEqual(['SELECT 1']);
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('counts the rows of a structured result', async () => {
    const runner = new Runner();
    runner.query = async () => ({ records: [1, 2], raw: {} });
    await attach(runner).query('SELECT 1');
    expect(taken()).toBe('SELECT [client] db.response.returned_rows=2');
  });

  it('ends a transaction with the failure to commit it', async () => {
    const runner = attach(new Runner());
    await runner.startTransaction();
    expect(TransactionSpan.of(runner)).toBeDefined();
    await expect(runner.commitTransaction()).rejects.toThrow('no');
    await runner.release();
    expect(TransactionSpan.of(runner)).toBeUndefined();
    expect(taken().replaceAll(' db.response.returned_rows=1', '')).toBe(
      ['transaction ERROR "no"', '  BEGIN [client]', '  sqlite [client] ERROR "no"'].join('\n'),
    );
  });

  it('ends a transaction that cannot be begun', async () => {
    const runner = attach(new Runner());
    await expect(runner.startTransaction('FAIL')).rejects.toThrow('no');
    expect(taken()).toBe(['transaction ERROR "no"', '  sqlite [client] ERROR "no"'].join('\n'));
  });

  it('ends a transaction when the runner is released', async () => {
    const runner = attach(new Runner());
    await runner.startTransaction();
    await runner.release();
    expect(taken().split('\n')[0]).toBe('transaction');
  });

  it('ends the span of a stream with the stream, or at once for any other result', async () => {
    const runner = attach(new Runner());
    const stream = await runner.stream('SELECT * FROM a');
    expect(tracing.recorder.openSpans).toHaveLength(1);
    stream.emit('end');
    const other = new Runner();
    other.stream = async () => undefined as never;
    await attach(other).stream('SELECT * FROM b');
    expect(taken()).toBe('SELECT a [client]\n\nSELECT b [client]');
  });

  it('ends the span of a stream that cannot be opened', async () => {
    const runner = new Runner();
    runner.stream = () => Promise.reject(new Error('no'));
    await expect(attach(runner).stream('SELECT * FROM a')).rejects.toThrow('no');
    expect(taken()).toBe('SELECT a [client] ERROR "no"');
  });

  it('adds the address of the replica before the span of a query ends', async () => {
    const server = { host: 'second', port: 1 };
    const options = { replication: { slaves: [server, { host: 'third', port: 1 }] } };
    const handler = new DatabaseHandler({ system: 'sqlite' });
    const handlers = new DataSourceHandlers(handler, options, {});
    const runner = new Runner();
    const replica = Object.assign(runner, {
      getReplicationMode: () => 'slave',
      databaseConnection: { host: 'third' },
    });
    TracedQueryRunner.attach(replica as never, handlers, () => true);
    await replica.query('SELECT 1');
    await expect(replica.query('FAIL')).rejects.toThrow('no');
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ attributes }) => attributes['server.address'])).toEqual(['third', 'third']);
  });
});
