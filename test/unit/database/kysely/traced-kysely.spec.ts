import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contextStorage, type LocalSpan } from '../../../../lib/context/index.js';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { tracedKysely } from '../../../../lib/database/kysely/traced-kysely.js';
import { TransactionSpan } from '../../../../lib/database/transaction-span.js';
import { createTestTracing, type TestTracing } from '../../../../lib/testing/index.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.takeSpans();
  tracing.recorder.verify();
});

class Transaction {
  constructor(readonly connection: object | undefined) {}

  getExecutor() {
    const { connection } = this;
    return {
      provideConnection: async <T>(consumer: (given: object) => Promise<T>): Promise<T> => {
        if (connection === undefined) throw new Error('committed');
        return consumer(connection);
      },
    };
  }
}

class TransactionBuilder {
  constructor(readonly level = 'none') {}

  setIsolationLevel(level: string): TransactionBuilder {
    return new TransactionBuilder(level);
  }

  async execute<T>(work: (trx: Transaction, level: string) => Promise<T>): Promise<T> {
    const connection = this.level === 'broken' ? undefined : {};
    const handler = new DatabaseHandler({ system: 'sqlite' });
    const span = TransactionSpan.begin(handler, connection);
    try {
      return await work(new Transaction(connection), this.level);
    } finally {
      span?.end();
    }
  }
}

class Db {
  readonly #isPrivate = true;

  get isOpen(): boolean {
    return this.#isPrivate;
  }

  transaction(): TransactionBuilder {
    return new TransactionBuilder();
  }

  connection() {
    return { execute: async <T>(work: (db: Db) => Promise<T>): Promise<T> => work(new Db()) };
  }

  withPlugin(_plugin: object): Db {
    return new Db();
  }

  getExecutor(): string {
    return this.#isPrivate ? 'executor' : '';
  }
}

const activeName = (): string | undefined =>
  (contextStorage.active().span as LocalSpan | undefined)?.name;

describe('tracedKysely', () => {
  it('runs the callback of a transaction inside its span', async () => {
    const db = tracedKysely(new Db());
    const result = await tracing.tracer.trace('work', async () => {
      const names = await db
        .transaction()
        .setIsolationLevel('serializable')
        .execute(async (trx, level) => [activeName(), trx instanceof Transaction, level]);
      return [...names, activeName()];
    });
    expect(result).toEqual(['transaction', true, 'serializable', 'work']);
  });

  it('does the same for instances that the instance returns', async () => {
    const db = tracedKysely(new Db()).withPlugin({});
    const name = await db
      .connection()
      .execute((one) => one.transaction().execute(async () => activeName()));
    expect(name).toBe('transaction');
  });

  it('hands on what the callback throws', async () => {
    const failure = new Error('no');
    const failing = tracedKysely(new Db())
      .transaction()
      .execute(() => Promise.reject(failure));
    await expect(failing).rejects.toBe(failure);
  });

  it('runs the callback where it was if the transaction has no span', async () => {
    const db = tracedKysely(new Db());
    const broken = db.transaction().setIsolationLevel('broken');
    await tracing.tracer.trace('work', async () => {
      expect(await broken.execute(async () => activeName())).toBe('work');
    });
    tracing.close();
    expect(await db.transaction().execute(async () => activeName())).toBeUndefined();
  });

  it('is an instance of the same class, with its members', () => {
    const original = new Db();
    const db = tracedKysely(original);
    expect(db).toBeInstanceOf(Db);
    expect(db.constructor).toBe(Db);
    expect([db.isOpen, db.getExecutor()]).toEqual([true, 'executor']);
    expect(tracedKysely(db)).toBe(db);
    expect(Object.getOwnPropertyNames(original)).toEqual([]);
  });

  it.each([undefined, null, {}, 'text', { transaction() {} }])('refuses %p', (value) => {
    expect(() => tracedKysely(value as object)).toThrow(
      /^tracedKysely\.db must have the methods transaction, getExecutor, withPlugin.*Kysely/,
    );
  });
});
