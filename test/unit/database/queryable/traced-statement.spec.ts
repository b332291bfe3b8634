import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import {
  tracedStatement,
  tracedTagStore,
} from '../../../../lib/database/queryable/traced-statement.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const TEXT = 'SELECT * FROM a';
const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), {
    attributes: ['db.response.returned_rows', 'db.query.parameter.0'],
  });

function traced<T>(statement: T, text: string | undefined = TEXT): T {
  const options = { captureReturnedRows: true, captureParameters: true };
  const handler = new DatabaseHandler({ system: 'sqlite' }, options);
  return tracedStatement(statement, text, handler) as T;
}

/** As of better-sqlite3. */
class Statement {
  readonly #rows = [{ a: 1 }, { a: 2 }];

  all(..._parameters: unknown[]) {
    return this.#rows;
  }

  run(): never {
    throw new RangeError('too much');
  }

  iterate(): IterableIterator<object> {
    return this.#rows.values();
  }

  bind(): this {
    return this;
  }
}

describe('tracedStatement', () => {
  it('gives each run a span', () => {
    const statement = traced(new Statement());
    expect(statement.bind().all(5)).toHaveLength(2);
    expect(() => statement.run()).toThrow('too much');
    expect(taken()).toBe(
      [
        'SELECT a [client] db.query.parameter.0="5" db.response.returned_rows=2',
        'SELECT a [client] ERROR "too much"',
      ].join('\n\n'),
    );
  });

  it('ends with the last row of an iterator, or when its reader leaves', () => {
    const statement = traced(new Statement());
    expect([...statement.iterate()]).toHaveLength(2);
    for (const row of statement.iterate()) {
      expect(row).toEqual({ a: 1 });
      break;
    }
    expect(taken()).toBe(
      [
        'SELECT a [client] db.response.returned_rows=2',
        'SELECT a [client] db.response.returned_rows=1',
      ].join('\n\n'),
    );
  });

  it('ends with the error of an iterator', () => {
    const failing = {
      all() {},
      *iterate(): IterableIterator<object> {
        yield {};
        throw new RangeError('lost');
      },
    };
    expect(() => [...traced(failing).iterate()]).toThrow('lost');
    expect(taken()).toBe('SELECT a [client] ERROR "lost"');
  });

  it('gives each execute a span, by promise, callback or events', async () => {
    const command = new EventEmitter();
    const statement = traced({
      execute: (first: unknown, callback?: (error: unknown, rows: unknown) => void): unknown => {
        if (first === 'events') return command;
        callback?.(null, [{ a: 1 }]);
        return callback === undefined ? Promise.resolve([[{ a: 1 }], []]) : undefined;
      },
    });
    expect(await statement.execute([5])).toEqual([[{ a: 1 }], []]);
    const rows: unknown[] = [];
    statement.execute([6], (_error, result) => rows.push(result));
    expect(rows).toEqual([[{ a: 1 }]]);
    expect(statement.execute('events')).toBe(command);
    command.emit('end');
    expect(taken()).toBe(
      [
        'SELECT a [client] db.query.parameter.0="5" db.response.returned_rows=1',
        'SELECT a [client] db.query.parameter.0="6" db.response.returned_rows=1',
        'SELECT a [client]',
      ].join('\n\n'),
    );
  });

  it.each([
    [undefined, TEXT],
    ['text', TEXT],
    [{}, TEXT],
    [new Statement(), undefined],
    [Object.assign(new EventEmitter(), { execute() {} }), TEXT],
  ])('returns what is not a statement with a text unchanged (%#)', (value, text) => {
    const handler = new DatabaseHandler({ system: 'sqlite' });
    expect(tracedStatement(value, text, handler)).toBe(value);
  });
});

describe('an iterator of a traced statement', () => {
  it('has what all iterators inherit', () => {
    const iterator = traced(new Statement()).iterate();
    const inherited = Object.getPrototypeOf(Object.getPrototypeOf([].values()));
    expect(Object.getPrototypeOf(iterator)).toBe(inherited);
    expect([...iterator]).toEqual([{ a: 1 }, { a: 2 }]);
    expect(taken()).toBe('SELECT a [client] db.response.returned_rows=2');
  });
});

describe('the parameters of a traced statement', () => {
  it.each([
    [[1], 'db.query.parameter.0'],
    [[{ id: 1 }], 'db.query.parameter.id'],
  ])('%j are shown by position or by name', (values, attribute) => {
    traced(new Statement()).all(...values);
    expect(tracing.recorder.takeSpan().attributes[attribute]).toBe('1');
  });
});

describe('tracedTagStore', () => {
  const store = {
    all: (strings: unknown, ..._values: unknown[]) => [strings],
    clear: () => 'cleared',
  };
  const handler = () => new DatabaseHandler({ system: 'sqlite' }, { captureParameters: true });

  it('gives each template a span', () => {
    const tags = tracedTagStore(store, handler()) as typeof store;
    tags.all`SELECT * FROM a WHERE id = ${7}`;
    expect(tracing.recorder.takeSpan()).toMatchObject({
      name: 'SELECT a',
      attributes: {
        'db.query.text': 'SELECT * FROM a WHERE id = ?',
        'db.query.parameter.0': '7',
      },
    });
  });

  it('passes on other methods, and calls that are no templates', () => {
    const tags = tracedTagStore(store, handler()) as typeof store;
    expect(tags.clear()).toBe('cleared');
    expect(tags.all('text')).toEqual(['text']);
    expect(tracedTagStore(undefined, handler())).toBeUndefined();
    expect(taken()).toBe('');
  });
});
