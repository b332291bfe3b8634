import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { maskedMessageOf } from '../../../../lib/context/index.js';
import { MIKRO_ORM_METHODS } from '../../../../lib/database/mikro-orm/mikro-orm-shape.js';
import {
  TracedMikroOrm,
  traceMikroOrm,
} from '../../../../lib/database/mikro-orm/traced-mikro-orm.js';
import { TracingConfigError } from '../../../../lib/errors.js';
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

/** As a connection of MikroORM 7, whose dialect goes to Kysely when it connects. */
class Connection {
  connected = false;
  client: { readonly driver: Driver } | undefined;

  createKyselyDialect(): { createDriver(): Driver } | Promise<{ createDriver(): Driver }> {
    return { createDriver: () => new Driver() };
  }

  async connect(): Promise<void> {
    this.connected = true;
    this.client = { driver: (await this.createKyselyDialect()).createDriver() };
  }

  async transactional(work: () => Promise<unknown>, options?: object): Promise<unknown> {
    const { driver } = this.client as { driver: Driver };
    const connection = await driver.acquireConnection();
    if (options !== undefined) return work();
    await driver.beginTransaction(connection);
    try {
      const result = await work();
      await driver.commitTransaction(connection);
      return result;
    } catch (error) {
      await driver.rollbackTransaction(connection);
      throw error;
    }
  }
}

/** As a driver of Kysely. */
class Driver {
  readonly connection = { executeQuery: async (_query: object) => ({ rows: [] }) };

  async acquireConnection() {
    return this.connection;
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: Driver['connection']): Promise<void> {
    await connection.executeQuery({ sql: 'begin', parameters: [] });
  }

  async commitTransaction(connection: Driver['connection']): Promise<void> {
    await connection.executeQuery({ sql: 'commit', parameters: [] });
  }

  async rollbackTransaction(connection: Driver['connection']): Promise<void> {
    await connection.executeQuery({ sql: 'rollback', parameters: [] });
  }
}

function createOrm(connection: Connection = new Connection()) {
  const driver = {
    getConnection: () => connection,
    convertException: (error: Error) => new RangeError(error.message),
  };
  const methods = Object.fromEntries(MIKRO_ORM_METHODS.map((name) => [name, () => {}]));
  return { ...methods, driver, config: { getClientUrl: () => 'postgresql://localhost' } };
}

describe('traceMikroOrm', () => {
  it('returns the instance, and traces it once', () => {
    const orm = createOrm();
    expect(traceMikroOrm(orm)).toBe(orm);
    expect(TracedMikroOrm.attach(orm)).toBe(TracedMikroOrm.attach(orm));
  });

  it.each([
    ['at once', Connection],
    [
      'later',
      class extends Connection {
        override createKyselyDialect() {
          return Promise.resolve({ createDriver: () => new Driver() });
        }
      },
    ],
  ])('gives version 7 a traced dialect, that it creates %s', async (_, Class) => {
    const connection = new Class();
    traceMikroOrm(createOrm(connection));
    await connection.connect();
    await tracing.tracer.trace('work', async () => {
      await connection.transactional(() => tracing.tracer.trace('own code', async () => {}));
      const failing = connection.transactional(async () => {
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      // Nested.
      await connection.transactional(async () => {}, { ctx: {} });
    });
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN [client]',
        '    own code',
        '    COMMIT [client]',
        '  transaction',
        '    BEGIN [client]',
        '    ROLLBACK [client]',
      ].join('\n'),
    );
  });

  it('refuses an instance of version 7 that is connected', async () => {
    const connection = new Connection();
    await connection.connect();
    expect(() => traceMikroOrm(createOrm(connection))).toThrow(TracingConfigError);
  });

  it('hides the values of errors that MikroORM makes of others', async () => {
    const connection = new Connection();
    const orm = createOrm(connection);
    traceMikroOrm(orm);
    await connection.connect();
    const { driver } = connection.client as { driver: Driver };
    const error = new Error("no 'hunter2'");
    driver.connection.executeQuery = async () => {
      throw error;
    };
    const acquired = await driver.acquireConnection();
    await expect(acquired.executeQuery({ sql: 'SELECT 1', parameters: [] })).rejects.toBe(error);
    expect(taken()).toBe('SELECT [client] ERROR "no ?"');
    expect(maskedMessageOf(orm.driver.convertException(error))).toBe('no ?');
    const other = orm.driver.convertException(new Error('plain'));
    expect([other.message, maskedMessageOf(other)]).toEqual(['plain', undefined]);
    expect(orm.driver.convertException).toHaveLength(0);
  });

  it('leaves methods as they were when it is detached, and traces a pool for the next application', async () => {
    const connection = new Connection();
    const orm = createOrm(connection);
    const first = createTestTracing();
    const traced = TracedMikroOrm.attach(orm, { tracer: first.tracer });
    await connection.connect();
    traced.detach();
    expect(Object.getOwnPropertyNames(connection)).toEqual(['connected', 'client']);
    first.close();
    const second = createTestTracing();
    TracedMikroOrm.attach(orm, { tracer: second.tracer });
    const acquired = await (connection.client as { driver: Driver }).driver.acquireConnection();
    await acquired.executeQuery({ sql: 'SELECT 1', parameters: [] });
    expect(second.recorder.takeSpan().name).toBe('SELECT');
    second.close();
    expect(first.recorder.spans).toEqual([]);
  });
});
