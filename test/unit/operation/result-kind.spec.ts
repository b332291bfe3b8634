import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import { of } from 'rxjs';
import { kindOf } from '../../../lib/operation/result-kind.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { LazyQuery } from '../../support/lazy-query.js';

describe('kindOf', () => {
  const duplex = new Duplex({ read() {}, write() {} });
  const file = { getHeaders: () => ({}), setErrorHandler: () => {} };

  it.each<[string, unknown, string]>([
    ['a promise', Promise.resolve(), 'thenable'],
    ['an Observable', of(1), 'observable'],
    ['a generator', (function* () {})(), 'iterator'],
    ['an async generator', (async function* () {})(), 'async iterator'],
    ['an iterator of a collection', [1].values(), 'iterator'],
    ['a readable stream', Readable.from(['a']), 'stream'],
    ['a transformation', new PassThrough(), 'stream'],
    ['a Duplex that cannot be written to', Duplex.from(['a']), 'stream'],
    ['a connection', duplex, 'value'],
    ['a stream that is only written to', new Writable(), 'value'],
    ['an object with a method pipe', { pipe: () => {}, on: () => {} }, 'value'],
    ['a StreamableFile', new StreamableFile(Buffer.from('a')), 'stream holder'],
    ['a holder of another object', { ...file, getStream: () => ({}) }, 'value'],
    ['an object that opens streams', { getStream: () => Readable.from(['a']) }, 'value'],
    ['a plain object with a method then', { ['then' as string]: () => {} }, 'thenable'],
    ['an array', [1], 'value'],
    ['an object without prototype', Object.create(null), 'value'],
    ['a value', 1, 'value'],
  ])('says of %s what it is', (_, result, kind) => {
    expect(kindOf(result)).toBe(kind);
  });

  it.each<[string, object]>([
    ['a plain object', {}],
    ['an array', []],
    ['an object without prototype', Object.create(null)],
  ])('reads one member of %s only', (_, target) => {
    const read: unknown[] = [];
    const result = new Proxy(target, {
      get(object, key) {
        read.push(key);
        return Reflect.get(object, key);
      },
    });
    expect(kindOf(result)).toBe('value');
    expect(read).toEqual(['then']);
  });
});

describe('the result of an operation', () => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
    expect(tracing.warnings).toEqual([]);
  });

  const settled = <T>(result: T): T => tracing.tracer.trace('work', () => result);

  class Cursor {
    #rows = ['A-1', 'A-2'];

    get size(): number {
      return this.#rows.length;
    }

    async next(): Promise<string | undefined> {
      return this.#rows.shift();
    }

    async *[Symbol.asyncIterator](): AsyncGenerator<string> {
      for (let row = await this.next(); row !== undefined; row = await this.next()) yield row;
    }
  }

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'text'],
    ['a number', 0],
    ['a bigint', 1n],
    ['a symbol', Symbol('done')],
    ['a function', () => {}],
    ['an array', [1, 2]],
    ['a map', new Map([[1, 2]])],
    ['a set', new Set([1])],
    ['a string object', new String('text')],
    ['a typed array', new Uint8Array(2)],
    ['an object', { id: 1 }],
    ['a frozen object', Object.freeze({ id: 1 })],
    ['an object without prototype', Object.create(null)],
    ['an object whose then is no function', JSON.parse('{"then":true}')],
    ['an object with a next that is no iterator', { next: () => 1 }],
    ['a connection', new Duplex()],
    ['a cursor with a next of its own kind', new Cursor()],
    [
      'an object that refuses to be asked',
      new Proxy(
        {},
        {
          get: (_target, key) => {
            throw new Error(`no such setting: ${String(key)}`);
          },
        },
      ),
    ],
  ])('ends the span at once for %s, and hands it on', (_, result) => {
    expect(Object.is(settled(result), result)).toBe(true);
    expect(tracing.recorder.takeSpan().ended).toBe(true);
  });

  it('leaves a cursor usable', async () => {
    const cursor = settled(new Cursor());
    expect(cursor.size).toBe(2);
    const rows: string[] = [];
    for await (const row of cursor) rows.push(row);
    expect(rows).toEqual(['A-1', 'A-2']);
    tracing.recorder.takeSpan();
  });

  describe('a promise of something that is not over yet', () => {
    it('is over when the Observable is', async () => {
      const stream = await settled(Promise.resolve(of(1, 2)));
      expect(tracing.recorder.openSpans).toHaveLength(1);
      const values: number[] = [];
      stream.subscribe((value) => values.push(value));
      expect(values).toEqual([1, 2]);
      expect(traceAsText(tracing.recorder.takeSpans())).toBe('work');
    });

    it('is over when the generator is', async () => {
      const iterator = await settled(
        Promise.resolve(
          (function* () {
            yield 1;
          })(),
        ),
      );
      expect(tracing.recorder.openSpans).toHaveLength(1);
      expect([...iterator]).toEqual([1]);
      expect(traceAsText(tracing.recorder.takeSpans())).toBe('work');
    });

    it('is over when the async generator is', async () => {
      const iterator = await settled(
        Promise.resolve(
          (async function* () {
            yield 1;
          })(),
        ),
      );
      expect(tracing.recorder.openSpans).toHaveLength(1);
      for await (const value of iterator) expect(value).toBe(1);
      expect(traceAsText(tracing.recorder.takeSpans())).toBe('work');
    });

    it('is over when the thenable is that it was resolved with', async () => {
      expect(await settled(Promise.resolve(new LazyQuery(() => 'A-1')))).toBe('A-1');
      expect(traceAsText(tracing.recorder.takeSpans())).toBe('work');
    });
  });

  it('ends a span of each of several nested operations that hand on one result', async () => {
    const query = settled(settled(new LazyQuery(() => 'A-1')));
    expect(tracing.recorder.openSpans).toHaveLength(2);
    expect(await query).toBe('A-1');
    expect(tracing.recorder.takeSpans()).toHaveLength(2);
  });
});
