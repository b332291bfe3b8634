import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { contextStorage } from '../../../lib/context/index.js';
import {
  createTestTracing,
  dedent,
  type TestTracing,
  traceAsText,
} from '../../../lib/testing/index.js';
import { LazyQuery } from '../../support/lazy-query.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

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
const activeName = (): unknown => (contextStorage.active().span as { name?: unknown })?.name;

describe('a promise', () => {
  it('ends the span when it is fulfilled, and has the same value', async () => {
    const value = { id: 1 };
    const promise = work(() => Promise.resolve(value));
    expect(promise).toBeInstanceOf(Promise);
    expect(tracing.recorder.openSpans).toHaveLength(1);
    expect(await promise).toBe(value);
    expect(recorded()).toBe('work');
  });

  it('ends the span as failed when it is rejected, with the same reason', async () => {
    const failure = new RangeError('sold out');
    await expect(work(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(recorded()).toBe('work error.type=RangeError ERROR "sold out" exception RangeError');
  });

  it.each([['text'], [null], [undefined], [0]])('may be rejected with %p', async (reason) => {
    await expect(work(() => Promise.reject(reason))).rejects.toBe(reason);
    expect(tracing.recorder.takeSpan().status.code).toBe(SpanStatusCode.ERROR);
  });

  it('that nobody handles is reported by Node once, as without tracing', async () => {
    const failure = new Error('forgotten');
    const reasons = await unhandledRejectionsOf(() => {
      void work(() => Promise.reject(failure));
    });
    expect(reasons).toEqual([failure]);
    tracing.recorder.takeSpan();
  });

  it('that is handled is not reported by Node', async () => {
    const reasons = await unhandledRejectionsOf(() => {
      work(() => Promise.reject(new Error('handled'))).catch(() => {});
    });
    expect(reasons).toEqual([]);
    tracing.recorder.takeSpan();
  });

  it('is the parent of what runs inside, and of nothing after it', async () => {
    await work(async () => {
      await Promise.resolve();
      child('inside');
    });
    child('after');
    expect(activeName()).toBeUndefined();
    expect(recorded()).toBe('work\n  inside\n\nafter');
  });

  it('keeps the methods that somebody put on it', async () => {
    const cancelled: string[] = [];
    const promise = work(() =>
      Object.assign(Promise.resolve(1), { cancel: () => cancelled.push('cancelled') }),
    );
    promise.cancel();
    expect(cancelled).toEqual(['cancelled']);
    expect(await promise).toBe(1);
    expect(recorded()).toBe('work');
  });
});

describe('a promise of a class of its own', () => {
  class RequestPromise<T> extends Promise<T> {
    readonly url = '/orders';

    withUrl(): [string, this] {
      return [this.url, this];
    }
  }

  it('is handed on itself, with all it has', async () => {
    const request = RequestPromise.resolve(1);
    const promise = work(() => request);
    expect(promise).toBe(request);
    expect((promise as RequestPromise<number>).withUrl()).toEqual(['/orders', request]);
    expect(await promise).toBe(1);
    expect(recorded()).toBe('work');
  });

  it('ends the span as failed when it is rejected', async () => {
    const failure = new Error('sold out');
    await expect(work(() => RequestPromise.reject(failure))).rejects.toBe(failure);
    expect(recorded()).toBe('work error.type=Error ERROR "sold out" exception Error');
  });

  it('that nobody handles is reported by Node', async () => {
    const failure = new Error('forgotten');
    const reasons = await unhandledRejectionsOf(() => {
      void work(() => RequestPromise.reject(failure));
    });
    expect(reasons).toEqual([failure]);
    tracing.recorder.reset();
  });

  it('starts its work when it is awaited, if that is its way', async () => {
    let starts = 0;
    class LazyPromise<T> extends Promise<T> {
      // biome-ignore lint/suspicious/noThenProperty: this is how it becomes lazy
      override then<R, E>(
        onFulfilled?: ((value: T) => R | PromiseLike<R>) | null,
        onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
      ): Promise<R | E> {
        starts++;
        return super.then(onFulfilled, onRejected);
      }
    }
    const promise = work(() => new LazyPromise<number>((resolve) => resolve(1)));
    expect(starts).toBe(0);
    expect(await promise).toBe(1);
    expect(starts).toBeGreaterThan(0);
    expect(recorded()).toBe('work');
  });

  it('may come from another realm', async () => {
    const promise = work(() => runInNewContext('Promise.resolve(1)') as Promise<number>);
    expect(await promise).toBe(1);
    expect(recorded()).toBe('work');
  });
});

describe('another thenable', () => {
  it('is not asked before the caller asks, and is handed on itself', async () => {
    const query = new LazyQuery(() => 'A-1');
    const handedOn = work(() => query);
    expect(handedOn).toBe(query);
    expect(handedOn.toSql()).toBe('SELECT 1');
    expect(query.starts).toBe(0);
    expect(tracing.recorder.openSpans).toHaveLength(1);
    expect(await handedOn).toBe('A-1');
    expect(query.starts).toBe(1);
    expect(recorded()).toBe('work');
  });

  it('is the parent of the work that it does when it is asked', async () => {
    await work(() => new LazyQuery(() => child('select')));
    expect(recorded()).toBe('work\n  select');
  });

  it('is not the parent of what the caller does with the result', async () => {
    const query = work(() => new LazyQuery(() => child('select')));
    await query.then(() => child('after'));
    expect(recorded()).toBe(dedent`
      work
        select

      after
    `);
  });

  it('is not the parent of what the caller does with the failure', async () => {
    const query = work(() => new LazyQuery(() => Promise.reject(new Error('locked'))));
    await query.then(undefined, () => child('after'));
    expect(recorded()).toContain('\n\nafter');
  });

  it('ends the span as failed when it fails, with the same reason', async () => {
    const failure = new Error('locked');
    const query = work(() => new LazyQuery(() => Promise.reject(failure)));
    await expect(Promise.resolve(query)).rejects.toBe(failure);
    expect(recorded()).toBe('work error.type=Error ERROR "locked" exception Error');
  });

  it('hands on results and failures where the caller gives no callbacks', async () => {
    expect(await work(() => new LazyQuery(() => 'A-1')).then()).toBe('A-1');
    const failure = new Error('locked');
    const failing = work(() => new LazyQuery(() => Promise.reject(failure)));
    await expect(failing.then()).rejects.toBe(failure);
    expect(await work(() => new LazyQuery(() => 'A-2')).then(null, null)).toBe('A-2');
    expect(tracing.recorder.takeSpans()).toHaveLength(3);
  });

  it('that nobody handles is reported by Node', async () => {
    const failure = new Error('forgotten');
    const reasons = await unhandledRejectionsOf(() => {
      void work(() => new LazyQuery(() => Promise.reject(failure))).then();
    });
    expect(reasons).toEqual([failure]);
    tracing.recorder.takeSpan();
  });

  it('may be asked again, and ends the span once', async () => {
    const query = work(() => new LazyQuery(() => 'A-1'));
    expect([await query, await query]).toEqual(['A-1', 'A-1']);
    expect(query.starts).toBe(2);
    expect(recorded()).toBe('work');
  });

  it('ends the span at once if it is frozen', async () => {
    const query = work(() => Object.freeze(new LazyQuery(() => 'A-1')));
    expect(recorded()).toBe('work');
    expect(await query).toBe('A-1');
  });

  it('that is returned again and again is not wrapped deeper and deeper', async () => {
    const ready = new LazyQuery(() => 'ready');
    for (let turn = 0; turn < 20_000; turn++) work(() => ready);
    expect(await ready).toBe('ready');
    expect(tracing.recorder.takeSpans()).toHaveLength(20_000);
  });

  it('that throws in `then` fails the span', () => {
    const failure = new Error('no connection');
    class BrokenQuery extends LazyQuery<number> {
      // biome-ignore lint/suspicious/noThenProperty: being a thenable is what it is for
      override then(): never {
        throw failure;
      }
    }
    const broken = work(() => new BrokenQuery(() => 1));
    expect(() => broken.then()).toThrow(failure);
    expect(recorded()).toBe('work error.type=Error ERROR "no connection" exception Error');
  });
});
