import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type KyselyConnectionShape,
  putMethod,
} from '../../../../lib/database/kysely/kysely-shape.js';
import { TracedKyselyConnection } from '../../../../lib/database/kysely/traced-kysely-connection.js';
import { tracedKyselyDialect } from '../../../../lib/database/kysely/traced-kysely-dialect.js';
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

const source = { system: 'sqlite' };
const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['error.type'] });

class Connection implements KyselyConnectionShape {
  readonly steps: string[] = [];
  /** The spans in which a stream was read. */
  readonly active = new Set<unknown>();
  readonly #rows = [{ a: 1 }, { a: 2 }];

  async executeQuery({ sql }: { sql: string }, ...rest: unknown[]): Promise<unknown> {
    this.steps.push([sql, ...rest].join(' '));
    if (sql.startsWith('FAIL')) throw new RangeError('no');
    return { rows: this.#rows };
  }

  async *streamQuery({ sql }: { sql: string }): AsyncIterableIterator<unknown> {
    try {
      for (const row of this.#rows) {
        this.active.add(tracing.tracer.activeSpan);
        yield { rows: [row] };
      }
      if (sql.startsWith('FAIL')) throw new RangeError('no');
    } finally {
      this.steps.push(`closed ${sql}`);
    }
  }
}

class Driver {
  readonly connection = new Connection();
  readonly #isPrivate = true;
  commit = 'COMMIT';

  async acquireConnection(): Promise<Connection> {
    if (!this.#isPrivate) throw new Error('never');
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
  return tracedKyselyDialect({ createDriver: () => new Driver() }, source).createDriver();
}

describe('tracedKyselyDialect', () => {
  it('gives back the same, and is done once', async () => {
    const driver = new Driver();
    const dialect = { createDriver: () => driver };
    expect(tracedKyselyDialect(dialect, source)).toBe(dialect);
    const { createDriver } = dialect;
    expect(tracedKyselyDialect(dialect, source).createDriver).toBe(createDriver);
    dialect.createDriver();
    const { acquireConnection } = driver;
    expect(dialect.createDriver().acquireConnection).toBe(acquireConnection);
    const connection = await driver.acquireConnection();
    const { executeQuery } = connection;
    expect((await driver.acquireConnection()).executeQuery).toBe(executeQuery);
  });

  it('passes on all that a method is given, and what it gives', async () => {
    const connection = await createDriver().acquireConnection();
    const result = await connection.executeQuery({ sql: 'SELECT 1' }, 'a', 'b');
    expect(result).toEqual({ rows: [{ a: 1 }, { a: 2 }] });
    expect(connection.steps).toEqual(['SELECT 1 a b']);
    expect(taken()).toBe('SELECT [client]');
  });

  it('rejects with the same error', async () => {
    const connection = await createDriver().acquireConnection();
    await expect(connection.executeQuery({ sql: 'FAIL' })).rejects.toBeInstanceOf(RangeError);
    expect(taken()).toBe('sqlite [client] error.type=RangeError ERROR "no"');
  });

  it('works the same where nothing is traced', async () => {
    tracing.close();
    const driver = createDriver();
    const connection = await driver.acquireConnection();
    await driver.beginTransaction(connection, { sql: 'BEGIN' });
    const rows: unknown[] = [];
    for await (const row of connection.streamQuery({ sql: 'SELECT 1' })) rows.push(row);
    await driver.commitTransaction(connection);
    await driver.releaseConnection(connection);
    expect(rows).toHaveLength(2);
    expect(connection.steps).toEqual(['BEGIN', 'closed SELECT 1', 'COMMIT']);
  });

  it('begins the span of a stream with its first row, and ends it with its last', async () => {
    const connection = await createDriver().acquireConnection();
    const rows = connection.streamQuery({ sql: 'SELECT 1' });
    expect(tracing.recorder.openSpans).toHaveLength(0);
    await rows.next();
    await rows.next();
    expect([...connection.active]).toEqual(tracing.recorder.openSpans);
    expect(tracing.recorder.openSpans).toHaveLength(1);
    expect((await rows.next()).done).toBe(true);
    expect((await rows.next()).done).toBe(true);
    expect(taken()).toBe('SELECT [client]');
  });

  it('closes a stream that is left early, and one that fails', async () => {
    const connection = await createDriver().acquireConnection();
    for await (const _row of connection.streamQuery({ sql: 'SELECT 1' })) break;
    const read = async (): Promise<void> => {
      for await (const _row of connection.streamQuery({ sql: 'FAIL' }));
    };
    await expect(read()).rejects.toThrow('no');
    expect(connection.steps).toEqual(['closed SELECT 1', 'closed FAIL']);
    expect(taken()).toBe(
      ['SELECT [client]', '', 'sqlite [client] error.type=RangeError ERROR "no"'].join('\n'),
    );
  });

  it('tells of a transaction that was not begun, and one that was not committed', async () => {
    const driver = createDriver();
    const connection = await driver.acquireConnection();
    await expect(driver.beginTransaction(connection, { sql: 'FAIL' })).rejects.toThrow('no');
    await driver.releaseConnection(connection);
    driver.commit = 'FAIL';
    await driver.beginTransaction(connection, { sql: 'BEGIN' });
    await expect(driver.commitTransaction(connection)).rejects.toThrow('no');
    await driver.rollbackTransaction(connection);
    await driver.beginTransaction(connection, { sql: 'BEGIN' });
    await driver.releaseConnection(connection);
    await connection.executeQuery({ sql: 'SELECT 1' });
    const failure = 'error.type=RangeError ERROR "no"';
    expect(taken()).toBe(
      [
        `transaction ${failure}`,
        `  sqlite [client] ${failure}`,
        '',
        `transaction ${failure}`,
        '  BEGIN [client]',
        `  sqlite [client] ${failure}`,
        '  ROLLBACK [client]',
        '',
        'transaction',
        '  BEGIN [client]',
        '',
        'SELECT [client]',
      ].join('\n'),
    );
  });

  it('ends a transaction with its connection, where nothing else does', async () => {
    const driver = createDriver();
    const connection = await driver.acquireConnection();
    await driver.beginTransaction(connection, { sql: 'BEGIN' });
    await driver.releaseConnection(connection);
    await driver.releaseConnection(connection);
    expect(taken()).toBe(['transaction', '  BEGIN [client]'].join('\n'));
  });

  it('leaves drivers and connections alone that cannot be changed', async () => {
    const connection = new Connection();
    Object.freeze(connection);
    class Frozen extends Driver {
      override async acquireConnection(): Promise<Connection> {
        return connection;
      }
    }
    const dialect = tracedKyselyDialect({ createDriver: () => new Frozen() }, source);
    const driver = dialect.createDriver();
    await (await driver.acquireConnection()).executeQuery({ sql: 'SELECT 1' });
    expect(tracing.recorder.spans).toEqual([]);
    const frozen = Object.freeze(new Driver());
    TracedKyselyDriver.attach(frozen as never, undefined as never, source);
    expect(await frozen.acquireConnection()).toBe(frozen.connection);
    TracedKyselyConnection.attach(undefined as never, undefined as never);
    const bare: { missing?: () => void } = {};
    putMethod(bare, 'missing', () => () => {});
    expect(bare).toEqual({});
  });

  it.each([
    [{}, source, 'tracedKyselyDialect.dialect must be a dialect of Kysely'],
    [null, source, 'tracedKyselyDialect.dialect must be a dialect of Kysely'],
    [{ createDriver() {} }, {}, 'tracedKyselyDialect.system must be a non-empty string'],
    [{ createDriver() {} }, { ...source, queryText: 'x' }, 'tracedKyselyDialect.queryText must'],
  ])('refuses %p with %j', (dialect, options, message) => {
    expect(() => tracedKyselyDialect(dialect as object, options as never)).toThrow(message);
  });
});
