import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, of, Subject, Subscription, throwError } from 'rxjs';
import { contextStorage } from '../../../lib/context/index.js';
import { callInSpan } from '../../../lib/operation/index.js';
import { measureCall } from '../../../lib/operation/measure-call.js';
import { createTestTracing } from '../../../lib/testing/index.js';

/** The ends of the calls, in order. */
function measured<T>(
  fn: (...args: never[]) => T,
  ...args: unknown[]
): { ends: string[]; result: T } {
  const ends: string[] = [];
  const begin = () => {
    ends.push('began');
    return {
      succeeded: () => void ends.push('succeeded'),
      failed: (error: unknown) => void ends.push(`failed ${String(error)}`),
    };
  };
  return { ends, result: measureCall(begin, fn, undefined, args) };
}

const boom = new Error('boom');

describe('measureCall', () => {
  it('ends with the return of a value, and passes arguments', () => {
    const { ends, result } = measured((a: number, b: number) => a + b, 1, 2);
    expect(result).toBe(3);
    expect(ends).toEqual(['began', 'succeeded']);
  });

  it('ends with what the call throws, which passes unchanged', () => {
    const ends: string[] = [];
    const measure = {
      succeeded: () => {},
      failed: (error: unknown) => void ends.push(String(error)),
    };
    const fail = (): never => {
      throw boom;
    };
    expect(() => measureCall(() => measure, fail, undefined, [])).toThrow(boom);
    expect(ends).toEqual(['Error: boom']);
  });

  it('ends when a promise settles', async () => {
    const kept = measured(async () => 1);
    expect(kept.ends).toEqual(['began']);
    expect(await kept.result).toBe(1);
    expect(kept.ends).toEqual(['began', 'succeeded']);
    const broken = measured(async () => {
      throw boom;
    });
    await expect(broken.result).rejects.toBe(boom);
    expect(broken.ends).toEqual(['began', 'failed Error: boom']);
  });

  it('ends with each subscription of an Observable: each does the work again', async () => {
    const { ends, result } = measured(() => of(1));
    expect(ends).toEqual(['began']);
    await firstValueFrom(result);
    expect(ends).toEqual(['began', 'succeeded']);
    await firstValueFrom(result);
    expect(ends).toEqual(['began', 'succeeded', 'began', 'succeeded']);
    const broken = measured(() => throwError(() => boom));
    await expect(firstValueFrom(broken.result)).rejects.toBe(boom);
    expect(broken.ends).toEqual(['began', 'failed Error: boom']);
    const endless = measured(() => new Subject().asObservable());
    const subscription: Subscription = endless.result.subscribe();
    subscription.unsubscribe();
    expect(endless.ends).toEqual(['began', 'succeeded']);
  });

  it('ends when an iterator, an async iterator or a stream is over', async () => {
    const generator = measured(function* () {
      yield 1;
    });
    expect([...generator.result]).toEqual([1]);
    expect(generator.ends).toEqual(['began', 'succeeded']);
    const async = measured(async function* () {
      yield 1;
      throw boom;
    });
    const readAll = async (): Promise<void> => {
      for await (const _ of async.result) expect(async.ends).toEqual(['began']);
    };
    await expect(readAll()).rejects.toBe(boom);
    expect(async.ends).toEqual(['began', 'failed Error: boom']);
    const stream = measured(() => Readable.from(['a']));
    for await (const _ of stream.result) expect(stream.ends).toEqual(['began']);
    expect(stream.ends).toEqual(['began', 'succeeded']);
  });

  it('leaves the context of the work alone', async () => {
    const { tracer, recorder, close } = createTestTracing();
    const { result } = measured(() => of(1));
    await tracer.trace('subscriber', async (span) => {
      const { result: generator } = measured(function* () {
        yield contextStorage.active().span;
      });
      expect([...generator]).toEqual([span]);
      await firstValueFrom(result);
    });
    expect(recorder.takeSpans().map(({ name }) => name)).toEqual(['subscriber']);
    close();
  });

  it('ends after the span of the call inside of it', async () => {
    const { tracer, recorder, close } = createTestTracing();
    const active = contextStorage.active();
    const span = tracer.startSpan('inside');
    const order: string[] = [];
    span.beforeEnd(() => order.push('span'));
    const end = (): void => void order.push('measure');
    const traced = () =>
      callInSpan(
        span,
        active,
        function* () {
          yield 1;
        },
        undefined,
        [],
      );
    expect([
      ...measureCall(() => ({ succeeded: end, failed: end }), traced, undefined, []),
    ]).toEqual([1]);
    expect(order).toEqual(['span', 'measure']);
    expect(recorder.takeSpans()).toHaveLength(1);
    close();
  });
});
