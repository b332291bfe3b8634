import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  TracedDataSource,
  traceDataSource,
} from '../../../../lib/database/typeorm/traced-data-source.js';
import { traceTransactionsOf } from '../../../../lib/database/typeorm/traced-entity-manager.js';
import { TracedQueryRunner } from '../../../../lib/database/typeorm/traced-query-runner.js';
import { TransactionSpan } from '../../../../lib/database/typeorm/transaction-span.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

/** As TypeORM's, as far as tracing is concerned. */
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

function createDataSource() {
  return {
    options: { type: 'postgres', database: 'shop' },
    manager: { transaction: async () => {} },
    initialize: () => {},
    createQueryRunner: () => new Runner(),
  };
}

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['db.namespace', 'db.system.name'] });
const SHOP = 'db.namespace=shop db.system.name=postgresql';

describe('traceDataSource', () => {
  it('gives back the same, and is done once', () => {
    const dataSource = createDataSource();
    expect(traceDataSource(dataSource)).toBe(dataSource);
    const { createQueryRunner } = dataSource;
    expect(TracedDataSource.attach(dataSource as never)).toBe(
      TracedDataSource.attach(dataSource as never),
    );
    expect(dataSource.createQueryRunner).toBe(createQueryRunner);
  });

  it('lets the options say which database it is', async () => {
    const dataSource = traceDataSource(createDataSource(), { namespace: 'mine' });
    await dataSource.createQueryRunner().query('SELECT * FROM a');
    expect(taken()).toBe('SELECT a [client] db.namespace=mine db.system.name=postgresql');
  });

  it('ends a transaction with the failure to commit it', async () => {
    const runner = traceDataSource(createDataSource()).createQueryRunner();
    await runner.startTransaction();
    expect(TransactionSpan.of(runner)).toBeDefined();
    await expect(runner.commitTransaction()).rejects.toThrow('no');
    await runner.release();
    expect(TransactionSpan.of(runner)).toBeUndefined();
    expect(taken()).toBe(
      [
        `transaction ${SHOP} ERROR "no"`,
        `  BEGIN [client] ${SHOP}`,
        `  shop [client] ${SHOP} ERROR "no"`,
      ].join('\n'),
    );
  });

  it('ends a transaction that cannot be begun', async () => {
    const runner = traceDataSource(createDataSource()).createQueryRunner();
    await expect(runner.startTransaction('FAIL')).rejects.toThrow('no');
    expect(taken()).toBe(
      [`transaction ${SHOP} ERROR "no"`, `  shop [client] ${SHOP} ERROR "no"`].join('\n'),
    );
  });

  it('ends the span of a stream with the stream', async () => {
    const runner = traceDataSource(createDataSource()).createQueryRunner();
    const stream = await runner.stream('SELECT * FROM a');
    expect(tracing.recorder.openSpans).toHaveLength(1);
    stream.emit('end');
    expect(taken()).toBe(`SELECT a [client] ${SHOP}`);
  });

  it('is undone by detach, for runners in use too', async () => {
    const dataSource = createDataSource();
    const traced = TracedDataSource.attach(dataSource as never);
    const runner = dataSource.createQueryRunner();
    traced.detach();
    await runner.query('SELECT 1');
    expect(tracing.recorder.spans).toEqual([]);
  });
});

describe('TracedQueryRunner', () => {
  it('traces a runner once, while the tracing lasts', async () => {
    const runner = new Runner();
    const handler = { begin: () => undefined, tracer: tracing.tracer };
    const source = { system: 'sqlite' };
    TracedQueryRunner.attach(runner as never, handler as never, source, () => true);
    const { query } = runner;
    TracedQueryRunner.attach(runner as never, handler as never, source, () => true);
    expect(runner.query).toBe(query);
  });
});

describe('traceTransactionsOf', () => {
  it('does nothing for what has none', () => {
    expect(() => traceTransactionsOf(undefined, () => true)()).not.toThrow();
  });
});
