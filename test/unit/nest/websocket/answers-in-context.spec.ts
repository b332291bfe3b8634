import { describe, expect, it } from '@jest/globals';
import { lastValueFrom, type Observable, of, Subject, toArray } from 'rxjs';
import { contextStorage } from '../../../../lib/context/index.js';
import type { Method } from '../../../../lib/nest/prototype-methods.js';
import { deliverInContext } from '../../../../lib/nest/websocket/answers-in-context.js';
import { WebSocketHandler } from '../../../../lib/websocket/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

class Gateway {
  readonly source = new Subject<number>();

  async later(): Promise<Observable<number>> {
    return this.source;
  }

  now(value: unknown): unknown {
    return value;
  }
}

const methodOf = (key: keyof Gateway & ('later' | 'now'), isPrototype = false) => ({
  target: isPrototype ? Gateway.prototype : new Gateway(),
  isPrototype,
  key,
  function: Gateway.prototype[key] as Method,
  name: `Gateway.${key}`,
  metatype: Gateway,
});

describe('deliverInContext', () => {
  const createTracing = tracingsOfTest();

  /** Runs `fn` as the handler of a message. */
  function inMessage<T>(fn: () => T): { result: T; end: () => void } {
    const { tracer, recorder } = createTracing();
    const operation = new WebSocketHandler(tracer).begin({}, 'say', undefined, undefined);
    if (operation === undefined) throw new Error('The message is not traced.');
    const end = (): void => {
      operation.finish();
      recorder.takeSpans();
    };
    return { result: contextStorage.run(operation.context, fn), end };
  }

  it.each([false, true])('delivers values and the end in the context: %p', async (isPrototype) => {
    const restore = deliverInContext(methodOf('later', isPrototype));
    const gateway = new Gateway();
    const seen: unknown[] = [];
    const note = (): void => void seen.push(contextStorage.active().entry);
    const { result, end } = inMessage(async () => {
      (await gateway.later()).subscribe({ next: note, error: note });
      return contextStorage.active().entry;
    });
    const entry = await result;
    gateway.source.next(1);
    gateway.source.error(new Error('lost'));
    expect(entry).toBeDefined();
    expect(seen).toEqual([entry, entry]);
    end();
    restore();
  });

  it('passes other values, and everything outside of messages, unchanged', async () => {
    const restore = deliverInContext(methodOf('now'));
    const gateway = new Gateway();
    const answers = of(1, 2);
    expect(gateway.now(answers)).toBe(answers);
    const promise = Promise.resolve(1);
    expect(gateway.now(promise)).toBe(promise);
    const { result, end } = inMessage(() => [
      gateway.now(7),
      gateway.now(null),
      gateway.now(answers),
    ]);
    expect(result.slice(0, 2)).toEqual([7, null]);
    expect(await lastValueFrom((result[2] as typeof answers).pipe(toArray()))).toEqual([1, 2]);
    end();
    restore();
  });

  it('replaces the method once for several applications, until the last one ends', () => {
    const { now } = Gateway.prototype;
    const first = deliverInContext(methodOf('now'));
    const replacement = Gateway.prototype.now;
    expect(replacement).not.toBe(now);
    expect([replacement.name, replacement.length]).toEqual(['now', 1]);
    const second = deliverInContext(methodOf('now'));
    expect(Gateway.prototype.now).toBe(replacement);
    first();
    expect(Gateway.prototype.now).toBe(replacement);
    second();
    expect(Gateway.prototype.now).toBe(now);
  });
});
