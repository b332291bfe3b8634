import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { SequelizeQueries } from '../../../../lib/database/sequelize/sequelize-queries.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (...attributes: string[]): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes });

interface Call {
  readonly options?: object;
  readonly parameters?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly connection?: object;
}

function queriesOf(options: object = {}, system = 'postgresql', sequelizeOptions: object = {}) {
  const handler = new DatabaseHandler({ system }, options);
  const queries = new SequelizeQueries(handler, { options: sequelizeOptions } as never);
  const texts: unknown[] = [];
  const send = async (text: unknown, call: Call = {}): Promise<unknown> => {
    const query = {
      connection: call.connection,
      run: async (sent: unknown): Promise<unknown> => {
        texts.push(sent);
        if (call.error !== undefined) throw call.error;
        return call.result;
      },
    };
    queries.watch(call.options ?? {}, query);
    return query.run(text);
  };
  return { send, texts };
}

describe('SequelizeQueries', () => {
  it.each([
    ['the rows of SELECT', { type: 'SELECT' }, [{ a: 1 }, { a: 2 }], 2],
    ['the rows of a raw query beside what the driver says', { type: 'RAW' }, [[{ a: 1 }], {}], 1],
    ['one row', { type: 'SELECT', plain: true }, { a: 1 }, 1],
    ['no row', { type: 'SELECT', plain: true }, null, 0],
    ['nothing, if rows were combined', { type: 'SELECT', hasJoin: true }, [{ a: 1 }], undefined],
  ])('counts %s', async (_, options, result, expected) => {
    const { send } = queriesOf({ captureReturnedRows: true });
    expect(await send('SELECT 1', { options, result })).toBe(result);
    const { attributes } = tracing.recorder.takeSpan();
    expect(attributes['db.response.returned_rows']).toBe(expected);
  });

  it('shows the code of the error that Sequelize wraps, and rejects with the same error', async () => {
    const { send } = queriesOf();
    const error = Object.assign(new Error("no 'hunter2'"), {
      name: 'SequelizeDatabaseError',
      original: Object.assign(new Error("no 'hunter2'"), { code: '22P02' }),
    });
    await expect(send('SELECT 1', { error })).rejects.toBe(error);
    expect(taken('db.response.status_code')).toBe(
      'SELECT [client] db.response.status_code=22P02 ERROR "no ?"',
    );
  });

  it('begins a transaction with its first query and ends it with its last', async () => {
    const { send } = queriesOf();
    const transaction: { finished?: string } = {};
    const options = { transaction };
    await tracing.tracer.trace('work', async () => {
      await send('START TRANSACTION;', { options });
      await send('SELECT 1', { options });
      // Of a savepoint: the transaction goes on.
      await send('ROLLBACK TO SAVEPOINT "a";', { options });
      await send('SELECT 2', { options });
      transaction.finished = 'commit';
      await send('COMMIT;', { options });
      await send('SELECT 3');
    });
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    START TRANSACTION [client]',
        '    SELECT [client]',
        '    ROLLBACK TO SAVEPOINT [client]',
        '    SELECT [client]',
        '    COMMIT [client]',
        '  SELECT [client]',
      ].join('\n'),
    );
  });

  it.each([
    ['begun', 'START TRANSACTION;', undefined],
    ['committed', 'COMMIT;', 'commit'],
  ])('fails a transaction that could not be %s', async (_, failing, finished) => {
    const { send } = queriesOf();
    const transaction: { finished?: string | undefined } = {};
    const options = { transaction };
    if (finished !== undefined) await send('START TRANSACTION;', { options });
    transaction.finished = finished;
    await expect(send(failing, { options, error: new Error('no') })).rejects.toThrow('no');
    expect(taken()).toMatch(/^transaction ERROR "no"\n/);
  });

  it('gives no span to a transaction of which it sees no beginning', async () => {
    const { send } = queriesOf();
    await send('SELECT 1', { options: { transaction: {} } });
    await send('SELECT 1', { options: { transaction: null } });
    expect(taken()).toBe('SELECT [client]\n\nSELECT [client]');
  });

  it('adds the comment, except to what mysql2 keeps by its text', async () => {
    const { send, texts } = queriesOf({ sqlCommenter: true }, 'mysql');
    await send('SELECT 1');
    expect(texts).toEqual([expect.stringMatching(/^SELECT 1 \/\*traceparent=/)]);
    expect(taken()).toBe('SELECT [client]');
  });

  it('names the server of the connection if there are replicas', async () => {
    const options = { replication: { read: [{}] } };
    const { send } = queriesOf({}, 'postgresql', options);
    for (const host of ['a', 'b', 'a']) await send('SELECT 1', { connection: { host, port: 1 } });
    await send('SELECT 1', { connection: {} });
    const addresses = tracing.recorder
      .takeSpans()
      .map(({ attributes }) => [attributes['server.address'], attributes['server.port']]);
    expect(addresses).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 1],
      [undefined, undefined],
    ]);
  });

  it('leaves what is not a query as it is', () => {
    const handler = new DatabaseHandler({ system: 'postgresql' });
    const queries = new SequelizeQueries(handler, { options: {} } as never);
    const other = Object.freeze({ run: 'text' });
    expect(() => queries.watch({}, other as never)).not.toThrow();
    expect(() => queries.watch({}, undefined as never)).not.toThrow();
  });
});
