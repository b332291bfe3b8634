import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import type { KyselyConnectionShape } from '../../../../lib/database/kysely/kysely-shape.js';
import { TracedKyselyDriver } from '../../../../lib/database/kysely/traced-kysely-driver.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: [] });

class Connection implements KyselyConnectionShape {
  async executeQuery({ sql }: { sql: string }): Promise<unknown> {
    if (sql.startsWith('FAIL')) throw new RangeError('no');
    return { rows: [] };
  }

  async *streamQuery(): AsyncIterableIterator<unknown> {}
}

class Driver {
  readonly connection = new Connection();
  failure: Error | undefined;
  readonly #isPrivate = true;
  commit = 'COMMIT';

  async acquireConnection(): Promise<Connection> {
    if (!this.#isPrivate) throw new Error('never');
    if (this.failure !== undefined) throw this.failure;
    return this.connection;
  }

  async beginTransaction(connection: Connection, { sql }: { sql: string }): Promise<void> {
    await connection.executeQuery({ sql });
  }

  async commitTransaction(connection: Connection): Promise<void> {
    await connection.executeQuery({ sql: this.commit });
  }

  async rollbackTransaction(connection: Connection): Promise<void> {
    await connection.executeQuery({ sql: 'ROLLBACK' });
  }

  async releaseConnection(_connection: Connection): Promise<void> {}
}

function createDriver(): Driver {
  const driver = new Driver();
  TracedKyselyDriver.attach(driver, new DatabaseHandler({ system: 'sqlite' }));
  return driver;
}

const failure = 'ERROR "no"';

describe('TracedKyselyDriver', () => {
  it('shows why a transaction did not begin', async () => {
    const driver = createDriver();
    const connection = await driver.acquireConnection();
    await expect(driver.beginTransaction(connection, { sql: 'FAIL' })).rejects.toThrow('no');
    await driver.releaseConnection(connection);
    expect(taken()).toBe([`transaction ${failure}`, `  sqlite [client] ${failure}`].join('\n'));
  });

  it('shows why a transaction was not committed, with the rollback inside', async () => {
    const driver = createDriver();
    driver.commit = 'FAIL';
    const connection = await driver.acquireConnection();
    await driver.beginTransaction(connection, { sql: 'BEGIN' });
    await expect(driver.commitTransaction(connection)).rejects.toThrow('no');
    await driver.rollbackTransaction(connection);
    await connection.executeQuery({ sql: 'SELECT 1' });
    expect(taken()).toBe(
      [
        `transaction ${failure}`,
        '  BEGIN [client]',
        `  sqlite [client] ${failure}`,
        '  ROLLBACK [client]',
        '',
        'SELECT [client]',
      ].join('\n'),
    );
  });

  it('ends a transaction when its connection is released', async () => {
    const driver = createDriver();
    const connection = await driver.acquireConnection();
    await driver.beginTransaction(connection, { sql: 'BEGIN' });
    await driver.releaseConnection(connection);
    await driver.releaseConnection(connection);
    expect(taken()).toBe(['transaction', '  BEGIN [client]'].join('\n'));
  });

  it('records a failed wait for a connection', async () => {
    const driver = createDriver();
    driver.failure = new RangeError('no');
    await expect(driver.acquireConnection()).rejects.toBe(driver.failure);
    expect(taken()).toBe(`connect [client] ${failure}`);
  });

  it('is attached once, and leaves a frozen driver alone', async () => {
    const driver = createDriver();
    const { acquireConnection } = driver;
    TracedKyselyDriver.attach(driver, new DatabaseHandler({ system: 'sqlite' }));
    expect(driver.acquireConnection).toBe(acquireConnection);
    const frozen = Object.freeze(new Driver());
    TracedKyselyDriver.attach(frozen, new DatabaseHandler({ system: 'sqlite' }));
    expect(await frozen.acquireConnection()).toBe(frozen.connection);
  });
});
