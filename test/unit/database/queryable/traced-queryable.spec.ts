import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readQueryArguments } from '../../../../lib/database/queryable/query-arguments.js';
import { readQueryTemplate } from '../../../../lib/database/queryable/query-template.js';
import { traceStatement } from '../../../../lib/database/queryable/trace-statement.js';
import { tracedQueryable } from '../../../../lib/database/queryable/traced-queryable.js';
import { countRows, isEmitter } from '../../../../lib/database/queryable/watch-query.js';
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

const source = { system: 'sqlite', captureReturnedRows: true };
const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), {
    attributes: ['error.type', 'db.response.returned_rows'],
  });

/** As PGlite: promises, private fields, transactions with a function. */
class Client {
  static readonly failure = new Error("near 'hunter2'");
  readonly #rows = [{ a: 1 }];
  readonly Class = Client;

  async query(text: string): Promise<{ rows: object[] }> {
    if (text === 'FAIL') throw Client.failure;
    return { rows: this.#rows };
  }

  queryTwice(): Promise<unknown> {
    return this.query('SELECT 1').then(() => this.query('SELECT 2'));
  }

  transaction<T>(work: (client: Client) => T): T {
    return work(new Client());
  }

  self(): this {
    return this;
  }
}

/** As better-sqlite3: statements that run at once. */
class Database {
  prepare(text: string) {
    const rows = [{ a: 1 }, { a: 2 }];
    return {
      text,
      all: () => rows,
      run: () => {
        throw new RangeError('too much');
      },
      iterate: () => rows.values(),
      bind() {
        return this;
      },
    };
  }
}

describe('tracedQueryable', () => {
  it('gives back what the client does, with a span', async () => {
    const client = tracedQueryable(new Client(), source);
    expect(await client.query('SELECT * FROM a')).toEqual({ rows: [{ a: 1 }] });
    expect(taken()).toBe('SELECT a [client] db.response.returned_rows=1');
  });

  it('takes a function `sql` for a query only if it is called as a template', () => {
    const sql = Object.assign((..._values: unknown[]) => 'sent', {});
    const client = tracedQueryable({ query() {}, sql }, source);
    expect(client.sql`SELECT * FROM a WHERE id = ${1}`).toBe('sent');
    expect(taken()).toBe('SELECT a [client]');
    client.sql('name');
    const rich = Object.assign(() => 'sent', { raw: () => 'raw' });
    expect(tracedQueryable({ query() {}, sql: rich }, source).sql).toBe(rich);
    expect(tracing.recorder.spans).toHaveLength(1);
  });

  it('rejects with the same error', async () => {
    const client = tracedQueryable(new Client(), source);
    await expect(client.query('FAIL')).rejects.toBe(Client.failure);
    expect(taken()).toBe('sqlite [client] error.type=Error ERROR "near ?"');
  });

  it('behaves as the client', () => {
    const raw = new Client();
    const client = tracedQueryable(raw, source);
    expect(client).toBeInstanceOf(Client);
    expect(client.constructor).toBe(Client);
    expect(client.Class).toBe(Client);
    expect(client.self()).toBe(client);
    expect(client.query).toBe(client.query);
    expect([client.query.name, client.query.length]).toEqual(['query', 1]);
    expect(Object.hasOwn(raw, 'query')).toBe(false);
  });

  it('adds no span to what the client calls on itself', async () => {
    await tracedQueryable(new Client(), source).queryTwice();
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('traces the client that a transaction is given', async () => {
    const client = tracedQueryable(new Client(), source);
    await client.transaction((inner) => inner.query('SELECT * FROM a'));
    expect(taken()).toBe('SELECT a [client] db.response.returned_rows=1');
  });

  it('traces prepared statements that run at once', () => {
    const statement = tracedQueryable(new Database(), source).prepare('SELECT * FROM a');
    expect(statement.bind().all()).toHaveLength(2);
    expect(() => statement.run()).toThrow('too much');
    expect([...statement.iterate()]).toHaveLength(2);
    for (const row of statement.iterate()) {
      expect(row).toEqual({ a: 1 });
      break;
    }
    expect(statement.text).toBe('SELECT * FROM a');
    expect(taken()).toBe(
      [
        'SELECT a [client] db.response.returned_rows=2',
        'SELECT a [client] error.type=RangeError ERROR "too much"',
        'SELECT a [client] db.response.returned_rows=2',
        'SELECT a [client] db.response.returned_rows=1',
      ].join('\n\n'),
    );
  });

  it('leaves an error without a listener unhandled', () => {
    const emitter = new EventEmitter();
    const client = tracedQueryable({ query: (_sql: string) => emitter }, source);
    expect(client.query('SELECT 1')).toBe(emitter);
    expect(() => emitter.emit('error', new Error('lost'))).toThrow('lost');
    expect(taken()).toBe('SELECT [client] error.type=Error ERROR lost'.replace('lost', '"lost"'));
  });

  it('lets what is thrown pass', () => {
    const client = tracedQueryable(
      {
        query(): void {
          throw Client.failure;
        },
      },
      source,
    );
    expect(() => client.query()).toThrow(Client.failure);
    expect(taken()).toBe('sqlite [client] error.type=Error ERROR "near ?"');
  });

  it('leaves arguments that refuse to be looked at to the driver', () => {
    const client = tracedQueryable({ query: (_query: object) => 'done' }, source);
    const query = {
      get text(): string {
        throw new Error('no');
      },
    };
    expect(client.query(query)).toBe('done');
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('ends the span of a query that submits itself by its events, or by its own callback', () => {
    const client = tracedQueryable({ query: <Q>(query: Q): Q => query }, source);
    const cursor = Object.assign(new EventEmitter(), { submit() {}, text: 'SELECT * FROM a' });
    expect(client.query(cursor)).toBe(cursor);
    expect(tracing.recorder.openSpans).toHaveLength(1);
    cursor.emit('end');
    const told: unknown[] = [];
    const callback = (error: unknown): void => void told.push(error);
    const query = { submit() {}, text: 'SELECT * FROM b', callback };
    client.query(query);
    query.callback(Client.failure);
    expect(told).toEqual([Client.failure]);
    client.query({ submit() {}, text: 'SELECT * FROM c' });
    expect(taken()).toBe(
      [
        'SELECT a [client]',
        'SELECT b [client] error.type=Error ERROR "near ?"',
        'SELECT c [client]',
      ].join('\n\n'),
    );
  });

  it.each([
    [{}, source, 'tracedQueryable.client must have a method'],
    [null, source, 'tracedQueryable.client must have a method'],
    [new Client(), {}, 'tracedQueryable.system must be a non-empty string'],
    [new Client(), { ...source, queryText: 'x' }, 'tracedQueryable.queryText must be'],
  ])('refuses %p with %j', (client, options, message) => {
    expect(() => tracedQueryable(client as object, options as never)).toThrow(message);
  });
});

describe('the comment for the database', () => {
  const text = 'SELECT * FROM a';
  function sentBy(options: object, send: (client: Sender) => unknown): unknown[] {
    const sent: unknown[] = [];
    const take = (query: unknown): void => void sent.push(query);
    const client = { query: take, execute: take, prepare: take };
    send(tracedQueryable<Sender>(client, { system: 'postgresql', ...options }));
    return sent;
  }
  interface Sender {
    query(query: unknown): void;
    execute(query: unknown): void;
    prepare(query: unknown): void;
  }

  it('names the span, and is not shown on it', () => {
    const sent = sentBy({ sqlCommenter: true }, (client) => client.query(text));
    const span = tracing.recorder.takeSpan();
    const { traceId, spanId } = span.spanContext();
    expect(sent).toEqual([`${text} /*traceparent='00-${traceId}-${spanId}-01'*/`]);
    expect(span.attributes['db.query.text']).toBe(text);
  });

  it('is added only if it is asked for', () => {
    expect(sentBy({}, (client) => client.query(text))).toEqual([text]);
    expect(taken()).toBe('SELECT a [client]');
  });

  it.each<[string, object, (client: Sender) => unknown]>([
    ['what is prepared by its text', {}, (client) => client.execute(text)],
    ['a database that keeps plans', { system: 'oracle.db' }, (client) => client.query(text)],
  ])('is added to %s only if that is asked for too', (_, options, send) => {
    expect(sentBy({ sqlCommenter: true, ...options }, send)).toEqual([text]);
    const [sent] = sentBy({ sqlCommenter: 'including-cached-statements', ...options }, send);
    expect(sent).toMatch(/^SELECT \* FROM a \/\*traceparent='00-[0-9a-f-]+'\*\/$/);
    tracing.recorder.takeSpans();
  });

  it('is not added to objects, to what is prepared, and where nothing is sampled', () => {
    const options = { sqlCommenter: 'including-cached-statements' };
    const named = Object.freeze({ name: 'one', text });
    expect(sentBy(options, (client) => client.query(named))[0]).toBe(named);
    expect(sentBy(options, (client) => client.prepare(text))).toEqual([text]);
    const { tracer } = createTestTracing({ sampler: new AlwaysOffSampler() });
    tracer.trace('unsampled', () => {
      expect(sentBy(options, (client) => client.query(text))).toEqual([text]);
    });
    tracing.recorder.takeSpans();
  });
});

describe('readQueryArguments', () => {
  const template = (...values: [TemplateStringsArray, ...unknown[]]): unknown[] => values;
  const callback = (): void => {};
  it.each<[string, unknown[], object]>([
    ['a text', ['a'], { query: { text: 'a' }, callbackIndex: -1 }],
    ['parameters', ['a', [1]], { query: { text: 'a', parameters: [1] }, callbackIndex: -1 }],
    ['a callback', ['a', [1], callback], { callbackIndex: 2 }],
    ['of pg', [{ text: 'a', values: [1] }], { query: { text: 'a', parameters: [1] } }],
    ['of mysql2', [{ sql: 'a' }, [1]], { query: { text: 'a', parameters: [1] } }],
    ['a stream of pg', [{ submit: callback, cursor: { text: 'a' } }], { query: { text: 'a' } }],
    ['a template', template`a ${1} b ${2}`, { query: { text: 'a $1 b $2', parameters: [1, 2] } }],
    [
      'a template with names and templates in it',
      template`a ${{ _templateType: 'part', str: '"n"' }} ${{
        _templateType: 'container',
        strings: template`b ${0}`[0],
        values: [1],
      }} ${null}`,
      { query: { text: 'a "n" b $1 $2', parameters: [1, null] } },
    ],
    ['nothing', [], { query: {}, callbackIndex: -1 }],
  ])('reads %s', (_, values, call) => {
    expect(readQueryArguments(values)).toMatchObject(call);
  });
});

describe('readQueryTemplate', () => {
  it.each([[['SELECT 1']], [[['SELECT 1'], 1]], [[{ raw: [] }]], [[]]])('refuses %j', (values) => {
    expect(readQueryTemplate(values)).toBeUndefined();
  });
});

describe('countRows', () => {
  it.each([
    [{ rows: [1, 2] }, 2],
    [[[1, 2, 3], []], 3],
    [[{ a: 1 }], 1],
    [[{ a: 1 }, { a: 2 }], 2],
    [[{ affectedRows: 1 }, undefined], undefined],
    [{ affectedRows: 1 }, undefined],
    [undefined, undefined],
  ])('counts %j', (result, count) => {
    expect(countRows(result)).toBe(count);
  });
});

describe('traceStatement', () => {
  it('hands back what is no statement', () => {
    expect(traceStatement(undefined, 'a', undefined as never)).toBeUndefined();
    expect(isEmitter(new EventEmitter())).toBe(true);
  });
});
