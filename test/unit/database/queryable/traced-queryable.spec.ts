import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type QueryableOptions,
  tracedQueryable,
} from '../../../../lib/database/queryable/traced-queryable.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const source = { system: 'postgresql' };
const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: [] });

/** As of PGlite: promises, private fields, transactions with a callback. */
class Client {
  readonly #rows = [{ a: 1 }];

  async query(_text: string): Promise<{ rows: object[] }> {
    return { rows: this.#rows };
  }

  queryTwice(): Promise<unknown> {
    return this.query('SELECT 1').then(() => this.query('SELECT 2'));
  }

  transaction<T>(work: (client: Client) => T): T {
    return work(new Client());
  }
}

describe('tracedQueryable', () => {
  it('adds no span to a query that the client sends through itself', async () => {
    await tracedQueryable(new Client(), source).queryTwice();
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('leaves the client unchanged', async () => {
    const client = new Client();
    tracedQueryable(client, source);
    await client.query('SELECT 1');
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('traces the client that a transaction passes to its callback', async () => {
    const client = tracedQueryable(new Client(), source);
    await client.transaction((inner) => inner.query('SELECT * FROM a'));
    expect(taken()).toBe('SELECT a [client]');
  });

  it('passes the arguments of a callback on that gets no client', () => {
    const client = {
      query() {},
      transaction: (work: (...values: unknown[]) => unknown) => work(1, 2),
    };
    expect(tracedQueryable(client, source).transaction((...values) => values)).toEqual([1, 2]);
  });

  it('returns one stand-in for one client of a pool, however it is handed out', async () => {
    const client = new Client();
    const pool = {
      query() {},
      connect: (callback?: (error: unknown, client: Client) => void): unknown => {
        callback?.(null, client);
        return callback === undefined ? Promise.resolve(client) : undefined;
      },
      getConnection: () => client,
      promise: () => client,
    };
    const traced = tracedQueryable(pool, source);
    const one = await traced.connect();
    expect(one).not.toBe(client);
    let two: unknown;
    traced.connect((_error, handedOut) => {
      two = handedOut;
    });
    expect([two, traced.getConnection(), traced.promise()]).toEqual([one, one, one]);
    expect(tracedQueryable(traced, source)).toBe(traced);
  });

  it('traces `sql` as a query only if it is called as a template', () => {
    const sql = Object.assign((..._values: unknown[]) => 'sent', {});
    const client = tracedQueryable({ query() {}, sql }, source);
    expect(client.sql`SELECT * FROM a WHERE id = ${1}`).toBe('sent');
    expect(taken()).toBe('SELECT a [client]');
    client.sql('name');
    const rich = Object.assign(() => 'sent', { raw: () => 'raw' });
    expect(tracedQueryable({ query() {}, sql: rich }, source).sql).toBe(rich);
    expect(tracing.recorder.takeSpans()).toEqual([]);
  });

  it('traces a statement that is handed out by result, promise or callback', async () => {
    const statement = { all: () => [1] };
    const client = tracedQueryable(
      {
        prepare: (
          text: string | object,
          callback?: (error: unknown, one: typeof statement) => void,
        ) => {
          callback?.(null, statement);
          return text === 'promise' ? Promise.resolve(statement) : statement;
        },
      },
      source,
    );
    const handedOut: unknown[] = [client.prepare('SELECT * FROM a')];
    void client.prepare({ sql: 'SELECT * FROM b' }, (_error, one) => handedOut.push(one));
    handedOut.push(await client.prepare('promise'));
    for (const one of handedOut) (one as typeof statement).all();
    expect(taken()).toBe(
      ['SELECT a [client]', 'SELECT b [client]', 'postgresql [client]'].join('\n\n'),
    );
  });
});

describe('the comment', () => {
  const text = 'SELECT * FROM a';
  function sentBy(
    options: Partial<QueryableOptions>,
    send: (client: Sender) => unknown,
  ): unknown[] {
    const sent: unknown[] = [];
    const take = (query: unknown): void => void sent.push(query);
    const client = { query: take, execute: take, prepare: take };
    send(tracedQueryable<Sender>(client, { ...source, ...options }));
    return sent;
  }
  interface Sender {
    query(query: unknown): void;
    execute(query: unknown): void;
    prepare(query: unknown): void;
  }

  it('names the span, which does not show it', () => {
    const sent = sentBy({ sqlCommenter: true }, (client) => client.query(text));
    const span = tracing.recorder.takeSpan();
    const { traceId, spanId } = span.spanContext();
    expect(sent).toEqual([`${text} /*traceparent='00-${traceId}-${spanId}-01'*/`]);
    expect(span.attributes['db.query.text']).toBe(text);
  });

  it('is added to `execute` only with `including-cached-statements`', () => {
    const send = (client: Sender): void => client.execute(text);
    expect(sentBy({ sqlCommenter: true }, send)).toEqual([text]);
    const [sent] = sentBy({ sqlCommenter: 'including-cached-statements' }, send);
    expect(sent).toMatch(/^SELECT \* FROM a \/\*traceparent='00-[0-9a-f-]+'\*\/$/);
    tracing.recorder.takeSpans();
  });

  it('is not added to what is prepared, and not in an unsampled trace', () => {
    const options = { sqlCommenter: 'including-cached-statements' } as const;
    expect(sentBy(options, (client) => client.prepare(text))).toEqual([text]);
    const { tracer } = createTestTracing({ sampler: new AlwaysOffSampler() });
    tracer.trace('unsampled', () => {
      expect(sentBy(options, (client) => client.query(text))).toEqual([text]);
    });
    expect(tracing.recorder.spans).toEqual([]);
  });
});

describe('a pool with the interface of mssql', () => {
  const request = () => ({
    query: async (_text: string) => ({ recordset: [] }),
    batch: async (..._values: unknown[]) => [],
    execute: async (_procedure: string) => ({ recordset: [] }),
  });
  const pool = {
    ...request(),
    request,
    transaction: () => ({ begin() {}, commit() {}, isOver: false, request }),
  };

  it('traces the requests that it and its transactions hand out', async () => {
    const traced = tracedQueryable(pool, { system: 'microsoft.sql_server' });
    await traced.request().query('SELECT * FROM a');
    await traced.batch('CREATE TABLE b (c int)');
    const transaction = traced.transaction();
    expect([transaction.isOver, transaction.begin()]).toEqual([false, undefined]);
    await transaction.request().execute('place_order');
    expect(taken()).toBe(
      ['SELECT a', 'CREATE TABLE b', 'EXECUTE place_order']
        .map((name) => `${name} [client]`)
        .join('\n\n'),
    );
  });

  it('takes the text of execute for SQL on any other system', async () => {
    await tracedQueryable(pool, source).execute('COMMIT');
    expect(taken()).toBe('COMMIT [client]');
  });

  it('leaves a batch of a list, as other drivers have it, to the driver', async () => {
    expect(await tracedQueryable(pool, source).batch(['SELECT 1'])).toEqual([]);
    expect(tracing.recorder.spans).toEqual([]);
  });
});
