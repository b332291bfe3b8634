import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import {
  createTestTracing,
  dedent,
  type TestTracing,
  traceAsText,
} from '../../../lib/testing/index.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
  expect(tracing.warnings).toEqual([]);
});

const work = <T>(fn: () => T): T => tracing.tracer.trace('work', fn);
const child = (name: string): void => tracing.tracer.trace(name, () => {});
const recorded = () => traceAsText(tracing.recorder.takeSpans());
const isOpen = () => tracing.recorder.openSpans.length === 1;
const FAILED = 'work error.type=Error ERROR "broken" exception Error';

function* counting(): Generator<number, string, unknown> {
  child('first');
  yield 1;
  child('second');
  yield 2;
  return 'end';
}

async function* countingLater(): AsyncGenerator<number, string, unknown> {
  child('first');
  yield 1;
  await Promise.resolve();
  child('second');
  yield 2;
  return 'end';
}

let failure: Error;

beforeEach(() => {
  failure = new Error('broken');
});

describe('a generator', () => {
  it('ends the span when it is done, and is the parent of what runs inside', () => {
    const iterator = work(counting);
    expect(isOpen()).toBe(true);
    const values: number[] = [];
    for (const value of iterator) {
      child(`got ${value}`);
      values.push(value);
    }
    expect(values).toEqual([1, 2]);
    expect(recorded()).toBe(dedent`
      work
        first
        second

      got 1

      got 2
    `);
  });

  it('hands on what it yields and returns, and takes what it is given', () => {
    const echo = work(function* (): Generator<unknown, string, unknown> {
      const given: unknown = yield 'ready';
      return `got ${String(given)}`;
    });
    expect(echo.next()).toEqual({ done: false, value: 'ready' });
    expect(echo.next('A-1')).toEqual({ done: true, value: 'got A-1' });
    expect(echo.next()).toEqual({ done: true, value: undefined });
    expect(recorded()).toBe('work');
  });

  it('is the very object, with its class and its methods', () => {
    const original = counting();
    const iterator = work(() => original);
    expect(iterator).toBe(original);
    expect(iterator).toBeInstanceOf(counting);
    expect(iterator[Symbol.iterator]()).toBe(iterator);
    expect(Object.prototype.toString.call(iterator)).toBe('[object Generator]');
    expect([...iterator]).toEqual([1, 2]);
    tracing.recorder.takeSpans();
  });

  it('ends the span when its consumer breaks off, and cleans up inside', () => {
    const iterator = work(function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        child('clean up');
      }
    });
    for (const value of iterator) {
      expect(value).toBe(1);
      break;
    }
    expect(recorded()).toBe('work\n  clean up');
  });

  it('ends the span when its consumer breaks off, though it yields once more', () => {
    const iterator = work(function* () {
      try {
        yield 1;
      } finally {
        yield 2;
      }
    });
    for (const value of iterator) {
      expect(value).toBe(1);
      break;
    }
    expect(recorded()).toBe('work');
  });

  it('ends the span when it is returned from before it began', () => {
    const iterator = work(counting);
    expect(iterator.return('early')).toEqual({ done: true, value: 'early' });
    expect(iterator.return('again')).toEqual({ done: true, value: 'again' });
    expect(recorded()).toBe('work');
  });

  it('ends the span as failed when it throws, with the same error', () => {
    const iterator = work(function* () {
      yield 1;
      throw failure;
    });
    expect(iterator.next().value).toBe(1);
    expect(() => iterator.next()).toThrow(failure);
    expect(iterator.next().done).toBe(true);
    expect(recorded()).toBe(FAILED);
  });

  it('goes on when it catches what is thrown into it', () => {
    const iterator = work(function* () {
      try {
        yield 1;
      } catch {
        yield 2;
      }
    });
    iterator.next();
    expect(iterator.throw(failure)).toEqual({ done: false, value: 2 });
    expect(isOpen()).toBe(true);
    expect(iterator.next().done).toBe(true);
    expect(recorded()).toBe('work');
  });

  it('ends the span as failed when it does not catch what is thrown into it', () => {
    const iterator = work(counting);
    expect(() => iterator.throw(failure)).toThrow(failure);
    expect(recorded()).toBe(FAILED);
  });

  it('may be delegated to', () => {
    const iterator = work(counting);
    const outer = (function* () {
      const returned = yield* iterator;
      return `outer ${returned}`;
    })();
    expect([outer.next().value, outer.next().value, outer.next().value]).toEqual([
      1,
      2,
      'outer end',
    ]);
    expect(recorded()).toBe('work\n  first\n  second');
  });

  it('ends both spans where two operations hand it on', () => {
    const iterator = tracing.tracer.trace('outer', () => work(counting));
    expect(tracing.recorder.openSpans).toHaveLength(2);
    expect([...iterator]).toEqual([1, 2]);
    expect(recorded()).toBe(dedent`
      outer
        work
          first
          second
    `);
  });

  it('ends the span at once if it is frozen', () => {
    const iterator = work(() => Object.freeze(counting()));
    expect(tracing.recorder.takeSpans().map(({ name }) => name)).toEqual(['work']);
    expect([...iterator]).toEqual([1, 2]);
    tracing.recorder.takeSpans();
  });

  it('leaves the context of its consumer as it was', () => {
    const iterator = work(counting);
    iterator.next();
    expect(contextStorage.active().span).toBeUndefined();
    iterator.return('early');
    tracing.recorder.takeSpans();
  });
});

describe('another iterator', () => {
  it('of a built-in collection works as ever', () => {
    expect([...work(() => ['a', 'b'].entries())]).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
    expect([...work(() => new Map([[1, 2]]).values())]).toEqual([2]);
    expect(tracing.recorder.takeSpans()).toHaveLength(2);
  });

  const canHelp = 'map' in Object.getPrototypeOf(Object.getPrototypeOf([].values()));

  (canHelp ? it : it.skip)('made by an iterator helper runs inside the span', () => {
    type Helped = { map<R>(fn: (value: number) => R): IterableIterator<R> };
    const iterator = work(() =>
      (counting() as unknown as Helped).map((value) => {
        child(`map ${value}`);
        return value * 2;
      }),
    );
    expect([...iterator]).toEqual([2, 4]);
    expect(recorded()).toBe(dedent`
      work
        first
        map 1
        second
        map 2
    `);
  });

  it('with a state of its own keeps it', () => {
    class Tokens {
      #position = 0;
      readonly text = 'ab';

      get position(): number {
        return this.#position;
      }

      next(): IteratorResult<string> {
        const value = this.text[this.#position++];
        return value === undefined ? { done: true, value } : { done: false, value };
      }

      [Symbol.iterator](): this {
        return this;
      }
    }
    const tokens = work(() => new Tokens());
    expect([...tokens]).toEqual(['a', 'b']);
    expect([tokens.position, tokens.text]).toEqual([3, 'ab']);
    expect(recorded()).toBe('work');
  });
});

describe('an async generator', () => {
  it('ends the span when it is done, and is the parent of what runs inside', async () => {
    const iterator = work(countingLater);
    expect(isOpen()).toBe(true);
    const values: number[] = [];
    for await (const value of iterator) {
      child(`got ${value}`);
      values.push(value);
    }
    expect(values).toEqual([1, 2]);
    expect(recorded()).toBe(dedent`
      work
        first
        second

      got 1

      got 2
    `);
  });

  it('is the very object, with its class and its methods', async () => {
    const original = countingLater();
    const iterator = work(() => original);
    expect(iterator).toBe(original);
    expect(iterator).toBeInstanceOf(countingLater);
    expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
    expect(await iterator.return('early')).toEqual({ done: true, value: 'early' });
    expect(recorded()).toBe('work');
  });

  it('ends the span when its consumer breaks off, and cleans up inside', async () => {
    const iterator = work(async function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        await Promise.resolve();
        child('clean up');
      }
    });
    for await (const value of iterator) {
      expect(value).toBe(1);
      break;
    }
    expect(recorded()).toBe('work\n  clean up');
  });

  it('ends the span as failed when it throws, with the same error', async () => {
    const iterator = work(async function* () {
      yield 1;
      throw failure;
    });
    await iterator.next();
    await expect(iterator.next()).rejects.toBe(failure);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(recorded()).toBe(FAILED);
  });

  it('ends the span as failed when it does not catch what is thrown into it', async () => {
    const iterator = work(countingLater);
    await expect(iterator.throw(failure)).rejects.toBe(failure);
    expect(recorded()).toBe(FAILED);
  });

  it('keeps the order of steps that are asked for at once', async () => {
    const iterator = work(countingLater);
    const steps = await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
    expect(steps).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
      { done: true, value: 'end' },
    ]);
    expect(recorded()).toBe('work\n  first\n  second');
  });
});
