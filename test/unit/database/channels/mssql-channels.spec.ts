import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

/** What `lib/base/request.js` and `lib/base/connection-pool.js` of mssql 12.7 publish. */
async function publish(name: string, message: object, result: unknown = {}): Promise<void> {
  await tracingChannel(`mssql:${name}`).tracePromise(async () => result, {
    poolId: 7,
    requestId: 1,
    ...message,
  });
}

const pool = { server: 'db', port: 1433, database: 'shop', poolConfig: { min: 0, max: 10 } };
const tail = 'db.system.name=microsoft.sql_server server.address=db server.port=1433';

describe('traceMssql', () => {
  it('traces queries, batches, procedures, statements and bulk loads', async () => {
    const { tracer, recorder } = createTracing({ database: { captureReturnedRows: true } });
    await publish('connect', pool);
    await tracer.trace('work', async () => {
      const named = { parameters: ['id'] };
      await publish(
        'query',
        { command: "SELECT 'x' FROM a WHERE b = @id", ...named },
        {
          recordset: [{}, {}],
        },
      );
      await publish('query', { command: "SELECT 'secret' FROM a", parameters: [] });
      await publish('batch', { command: "DELETE FROM a WHERE b = 'secret'" });
      await publish('execute', { procedure: 'dbo.place', ...named });
      await publish('prepared-statement:prepare', { statement: 'SELECT @id', ...named });
      await publish('prepared-statement:execute', { statement: 'SELECT @id', ...named });
      await publish('bulk', { table: '[dbo].[a]', rowCount: 3 });
    });
    expect(traceAsText(recorder.takeSpans())).toBe(
      [
        'work',
        `  SELECT a [client] db.namespace=shop db.query.summary="SELECT a" db.query.text="SELECT 'x' FROM a WHERE b = @id" db.response.returned_rows=2 ${tail}`,
        `  SELECT a [client] db.namespace=shop db.query.summary="SELECT a" db.query.text="SELECT ? FROM a" ${tail}`,
        `  DELETE a [client] db.namespace=shop db.query.summary="DELETE a" db.query.text="DELETE FROM a WHERE b = ?" ${tail}`,
        `  EXECUTE dbo.place [client] db.namespace=shop db.operation.name=EXECUTE db.stored_procedure.name=dbo.place ${tail}`,
        `  PREPARE [client] db.namespace=shop db.operation.name=PREPARE db.query.summary=SELECT db.query.text="SELECT @id" ${tail}`,
        `  SELECT [client] db.namespace=shop db.query.summary=SELECT db.query.text="SELECT @id" ${tail}`,
        `  BULK INSERT [dbo].[a] [client] db.collection.name="[dbo].[a]" db.namespace=shop db.operation.batch.size=3 db.operation.name="BULK INSERT" ${tail}`,
      ].join('\n'),
    );
  });

  it('shows the number of an error, and masks its message for every span', async () => {
    const { tracer, recorder } = createTracing();
    const error = Object.assign(new Error("Invalid object name 'secret'."), {
      name: 'RequestError',
      code: 'EREQUEST',
      number: 208,
    });
    await tracer
      .trace('work', () =>
        tracingChannel('mssql:query').tracePromise(async () => Promise.reject(error), {
          command: 'SELECT 1',
        }),
      )
      .catch(() => {});
    const text = traceAsText(recorder.takeSpans(), {
      attributes: ['db.response.status_code', 'error.type'],
    });
    expect(text).toContain(
      'SELECT [client] db.response.status_code="208" error.type="208" ERROR "Invalid object name ?."',
    );
    expect(text).not.toContain('secret');
  });

  it('forgets the oldest of many pools', async () => {
    const { tracer, recorder } = createTracing();
    for (let poolId = 0; poolId <= 1_000; poolId++) await publish('connect', { ...pool, poolId });
    await tracer.trace('work', async () => {
      await publish('query', { command: 'SELECT 1', poolId: 0 });
      await publish('query', { command: 'SELECT 1', poolId: 1 });
    });
    const addresses = recorder.takeSpans().map(({ attributes }) => attributes['server.address']);
    expect(addresses).toEqual([undefined, 'db', undefined]);
  });
});
