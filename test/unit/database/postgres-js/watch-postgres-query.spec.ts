import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { watchPostgresQuery } from '../../../../lib/database/postgres-js/watch-postgres-query.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../../lib/testing/index.js';
import { unhandledRejectionsOf } from '../../../support/unhandled-rejections.js';

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

type Sender = (query: Query) => void;

/** As postgres.js's class of queries, with the fields that its connections use. */
class Query extends Promise<unknown> {
  static override get [Symbol.species]() {
    return Promise;
  }
  readonly args: unknown[] = [];
  strings: string[];
  executed = false;
  state: unknown = null;
  cancelled: unknown = null;
  prepare = true;
  string: string | undefined;
  parameters: unknown[] | undefined;
  statement: { string: string } | null = null;
  cursorFn: ((rows: unknown[]) => unknown) | undefined;
  forEachFn: ((row: unknown) => unknown) | undefined;
  readonly #send: Sender;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;

  constructor(text: string, send: Sender) {
    let settle: [(value: unknown) => void, (error: unknown) => void] = [() => {}, () => {}];
    super((resolve, reject) => {
      settle = [resolve, reject];
    });
    [this.resolve, this.reject] = settle;
    this.strings = [text];
    this.#send = send;
  }

  async handle(): Promise<void> {
    if (this.executed) return;
    this.executed = true;
    await Promise.resolve();
    this.#send(this);
  }
}

/** As `await query`: postgres.js sends a query when its `then` is called. */
async function awaited(query: Query): Promise<unknown> {
  void query.handle();
  return query;
}

/** What a connection does that takes a query. */
function take(query: Query, parameters: unknown[] = []): void {
  query.state = {};
  query.string = query.strings[0];
  query.parameters ??= parameters;
  query.statement = { string: query.string as string };
}

function watched(send: Sender, options: object = {}, text = 'SELECT 1'): Query {
  const query = new Query(text, send);
  watchPostgresQuery(query as never, new DatabaseHandler({ system: 'postgresql' }, options));
  return query;
}

describe('watchPostgresQuery', () => {
  it('starts the span when a connection takes the query, in the context of the awaiting code', async () => {
    let waiting: Query | undefined;
    const query = watched((one) => {
      waiting = one;
    });
    const work = tracing.tracer.trace('work', async () => void (await awaited(query)));
    await Promise.resolve().then(() => {});
    expect(tracing.recorder.openSpans.map(({ name }) => name)).toEqual(['work']);
    tracing.tracer.trace('neighbour', () => {
      take(waiting as Query);
      waiting?.resolve([1]);
    });
    await work;
    expect(taken().split('\n\n').sort()).toEqual(['neighbour', 'work\n  SELECT [client]']);
  });

  it('gives one span to a query that is sent twice', async () => {
    const query = watched((one) => {
      take(one);
      take(one);
      one.resolve([]);
    });
    await awaited(query);
    expect(taken()).toBe('SELECT [client]');
  });

  it('keeps fields and methods as they are for postgres.js', async () => {
    const query = watched((one) => {
      take(one, [1]);
      one.resolve('result');
    });
    expect(Object.keys(query)).not.toContain('handle');
    expect(await awaited(query)).toBe('result');
    expect([query.string, query.parameters, query.statement, query.forEachFn]).toEqual([
      'SELECT 1',
      [1],
      { string: 'SELECT 1' },
      undefined,
    ]);
    expect(taken()).toBe('SELECT [client]');
  });

  it('leaves a rejection that nobody handles unhandled', async () => {
    const query = watched((one) => {
      take(one);
      one.reject('lost');
    });
    expect(await unhandledRejectionsOf(() => void query.handle())).toEqual(['lost']);
    expect(taken()).toBe('SELECT [client] ERROR "lost"');
  });

  it('follows a cursor that assigns its methods anew for each step', async () => {
    const query = watched((one) => take(one), { captureReturnedRows: true });
    const seen: unknown[] = [];
    query.cursorFn = () => {};
    await query.handle();
    for (const rows of [[1, 2], [3]]) {
      query.cursorFn = (values) => seen.push(values);
      query.resolve = () => seen.push('over');
      query.cursorFn(rows);
    }
    query.resolve([3]);
    expect(seen).toEqual([[1, 2], [3], 'over']);
    expect(taken('db.response.returned_rows')).toBe('SELECT [client] db.response.returned_rows=3');
  });

  it('adds the comment to a text that has no name, and to no other', async () => {
    const texts: string[] = [];
    for (const prepare of [true, false]) {
      const query = watched(
        (one) => {
          one.prepare = prepare;
          take(one);
          texts.push((one.statement as { string: string }).string);
          one.resolve([]);
        },
        { sqlCommenter: true },
      );
      await awaited(query);
    }
    expect(texts).toEqual([
      'SELECT 1',
      expect.stringMatching(/^SELECT 1 \/\*traceparent='00-.+'\*\/$/),
    ]);
    expect(taken()).toBe('SELECT [client]\n\nSELECT [client]');
  });

  it.each<[string, Partial<Query>, string]>([
    ['waits for a connection in vain', {}, 'connect [client] ERROR "no"'],
    ['cannot be built', { state: {} }, 'postgresql [client] ERROR "no"'],
    ['is cancelled while it waits', { cancelled: true }, ''],
    ['is a file that cannot be read', { strings: [] }, ''],
  ])('tells of a query that %s', async (_, fields, expected) => {
    const query = watched((one) => {
      Object.assign(one, fields);
      one.reject(new Error('no'));
    });
    await expect(awaited(query)).rejects.toThrow('no');
    expect(taken()).toBe(expected);
  });
});
