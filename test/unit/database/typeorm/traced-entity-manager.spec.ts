import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { TransactionSpan } from '../../../../lib/database/transaction-span.js';
import type { EntityManagerShape } from '../../../../lib/database/typeorm/data-source-shape.js';
import { traceTransactionsOf } from '../../../../lib/database/typeorm/traced-entity-manager.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

type Work = (manager: EntityManagerShape) => unknown;

/** As an entity manager of TypeORM, whose runner has begun a transaction. */
function createManager() {
  const queryRunner = {};
  const manager = {
    queryRunner,
    transaction: async (work: Work): Promise<unknown> => {
      const handler = new DatabaseHandler({ system: 'sqlite' });
      const transaction = TransactionSpan.begin(handler, queryRunner);
      await work(manager as never);
      transaction?.end();
      return 'done';
    },
  };
  return manager;
}

const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: [] });

describe('traceTransactionsOf', () => {
  it('runs the callback of a transaction inside its span, until it is undone', async () => {
    const manager = createManager();
    const { transaction } = manager;
    const stop = traceTransactionsOf(manager as never, () => true);
    const work: Work = () => tracing.tracer.startSpan('inside').end();
    expect(await manager.transaction(work)).toBe('done');
    stop();
    expect(manager.transaction).toBe(transaction);
    await manager.transaction(work);
    expect(taken()).toBe(['transaction', '  inside', '', 'transaction', '', 'inside'].join('\n'));
  });

  it('traces a manager once, and nothing while it is not active', async () => {
    const manager = createManager();
    traceTransactionsOf(manager as never, () => false);
    const { transaction } = manager;
    traceTransactionsOf(manager as never, () => true);
    expect(manager.transaction).toBe(transaction);
    await manager.transaction(() => tracing.tracer.startSpan('outside').end());
    expect(taken()).toBe('transaction\n\noutside');
  });

  it('removes its method from an object whose class has one', () => {
    class Manager {
      async transaction(): Promise<void> {}
    }
    const manager = new Manager();
    const stop = traceTransactionsOf(manager as never, () => true);
    expect(Object.hasOwn(manager, 'transaction')).toBe(true);
    stop();
    expect(Object.hasOwn(manager, 'transaction')).toBe(false);
  });

  it('leaves a method alone that somebody has wrapped since', () => {
    const manager = createManager();
    const stop = traceTransactionsOf(manager as never, () => true);
    const wrapped = async (): Promise<string> => 'wrapped';
    manager.transaction = wrapped;
    stop();
    expect(manager.transaction).toBe(wrapped);
  });

  it('does nothing for a value without transactions', () => {
    for (const value of [undefined, {}]) {
      expect(() => traceTransactionsOf(value as never, () => true)()).not.toThrow();
    }
  });
});
