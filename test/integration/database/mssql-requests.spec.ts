import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';

/** The members of mssql that are used here. The package has no types. */
interface Mssql {
  readonly ConnectionPool: new (options: object) => MssqlPool;
  readonly Request: new (parent: object) => MssqlRequest;
  readonly Transaction: new (parent: object) => MssqlTransaction;
}

interface MssqlPool {
  request(): MssqlRequest;
  transaction(): MssqlTransaction;
}

interface MssqlTransaction {
  request(): MssqlRequest;
}

interface MssqlRequest {
  input(name: string, value: unknown): this;
  query(text: string, done: () => void): void;
  query(text: string | TemplateStringsArray, ...values: unknown[]): Promise<{ recordset: unknown }>;
  batch(text: string): Promise<unknown>;
  execute(procedure: string): Promise<unknown>;
}

const sql = createRequire(import.meta.url)('mssql') as Mssql;

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

type Done = (error: unknown, ...results: unknown[]) => void;

/** The classes of mssql, with a pool that answers in place of a server. */
class Pool extends sql.ConnectionPool {
  constructor() {
    super({ server: '127.0.0.1', user: 'sa', password: 'hunter2' });
    Object.defineProperty(this, '_connected', { value: true });
  }

  override request(): MssqlRequest {
    return answering(new sql.Request(this));
  }

  override transaction(): MssqlTransaction {
    const transaction = new sql.Transaction(this);
    transaction.request = () => answering(new sql.Request(this));
    return transaction;
  }
}

function answering(request: MssqlRequest): MssqlRequest {
  const answer = (command: string, done: Done): void => {
    const failure = Object.assign(new Error("Invalid object name 'hunter2'"), {
      code: 'EREQUEST',
      number: 208,
    });
    setImmediate(() =>
      command.includes('fail') ? done(failure) : done(null, [[{ a: 1 }]], {}, [1]),
    );
  };
  return Object.assign(request, { _query: answer, _batch: answer, _execute: answer });
}

const source = { system: 'microsoft.sql_server', namespace: 'shop', captureReturnedRows: true };
const taken = (...attributes: string[]): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes });

describe('tracedQueryable on mssql', () => {
  it('has one span for each request, also if mssql publishes it', async () => {
    const pool = tracedQueryable(new Pool(), source);
    await tracing.tracer.trace('work', async () => {
      const request = pool.request().input('id', 42);
      expect((await request.query('SELECT * FROM orders WHERE id = @id')).recordset).toEqual([
        { a: 1 },
      ]);
      await pool.request().query`SELECT * FROM items WHERE id = ${42}`;
      await pool.request().batch('CREATE TABLE a (b int)');
      await new Promise<void>((resolve) => pool.request().query('SELECT 1', resolve));
      await pool.transaction().request().query('UPDATE orders SET a = 1');
    });
    expect(taken('db.response.returned_rows')).toBe(
      [
        'work',
        '  SELECT orders [client] db.response.returned_rows=1',
        '  SELECT items [client] db.response.returned_rows=1',
        '  CREATE TABLE a [client] db.response.returned_rows=1',
        '  SELECT [client] db.response.returned_rows=1',
        '  UPDATE orders [client] db.response.returned_rows=1',
      ].join('\n'),
    );
  });

  it('names procedures, and shows no values of errors', async () => {
    const pool = tracedQueryable(new Pool(), source);
    await pool.request().execute('dbo.place_order');
    expect(taken('db.stored_procedure.name', 'db.operation.name')).toBe(
      'EXECUTE dbo.place_order [client] db.operation.name=EXECUTE db.stored_procedure.name=dbo.place_order',
    );
    await expect(pool.request().query("SELECT 'hunter2' AS fail")).rejects.toThrow('hunter2');
    expect(taken('db.query.text', 'db.response.status_code')).toBe(
      'SELECT [client] db.query.text="SELECT ? AS fail" db.response.status_code="208" ERROR "Invalid object name ?"',
    );
  });
});
