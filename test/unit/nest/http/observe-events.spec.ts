import { afterEach, describe, expect, it } from '@jest/globals';
import { Get, type MessageEvent, Sse } from '@nestjs/common';
import { isObservable, lastValueFrom, type Observable, Subject, throwError } from 'rxjs';
import { contextStorage } from '../../../../lib/context/index.js';
import { HttpServerHandler } from '../../../../lib/http/server/index.js';
import { observeEvents } from '../../../../lib/nest/http/observe-events.js';
import type { Method } from '../../../../lib/nest/prototype-methods.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange } from '../../http/server/exchange.js';

const { tracer, recorder } = createTestTracing();

afterEach(() => recorder.verify());

const failing = (): Observable<MessageEvent> => throwError(() => new Error('no stock'));

class EventsController {
  @Sse('now')
  now(): Observable<MessageEvent> {
    return failing();
  }

  @Sse('later')
  async later(): Promise<Observable<MessageEvent>> {
    return failing();
  }

  @Sse('none')
  none(): undefined {}

  @Get('other')
  other(): Observable<MessageEvent> {
    return failing();
  }
}

type Key = 'now' | 'later' | 'none' | 'other';

const prototype = EventsController.prototype;
const observe = (key: Key): (() => void) | undefined =>
  observeEvents({
    owner: prototype,
    key,
    function: prototype[key] as Method,
    name: `EventsController.${key}`,
    declaringName: `EventsController.${key}`,
  });

/** Calls a method in a request, subscribes to its events, and returns the exceptions of the request. */
async function exceptionsOf(key: Key): Promise<unknown[]> {
  const exchange = createExchange();
  await new HttpServerHandler(tracer).run(exchange.request, exchange.response, async () => {
    const events: unknown = await new EventsController()[key]();
    if (!isObservable(events)) return;
    // The subscription can lose the context.
    const subscribing = contextStorage.runSuppressed(() => lastValueFrom(events));
    await expect(subscribing).rejects.toThrow('no stock');
  });
  answer(exchange, 200);
  return recorder.takeSpan().events.map(({ attributes }) => attributes?.['exception.message']);
}

describe('observeEvents', () => {
  it.each<[Key, string[]]>([
    ['now', ['no stock']],
    ['later', ['no stock']],
    ['none', []],
  ])('tells the request of failing events: %s', async (key, expected) => {
    const original = prototype[key];
    const restore = observe(key);
    expect(await exceptionsOf(key)).toEqual(expected);
    restore?.();
    expect(prototype[key]).toBe(original);
    expect(await exceptionsOf(key)).toEqual([]);
  });

  it('leaves the method of another route', () => {
    const original = prototype.other;
    expect(observe('other')).toBeUndefined();
    expect(prototype.other).toBe(original);
  });

  it('returns the Observable of the method where no request is recorded', () => {
    const source = new Subject<MessageEvent>();
    class Feed {
      @Sse()
      feed(): Observable<MessageEvent> {
        return source;
      }
    }
    const owner = Feed.prototype;
    const name = 'Feed.feed';
    const restore = observeEvents({
      owner,
      key: 'feed',
      function: owner.feed as Method,
      name,
      declaringName: name,
    });
    expect(new Feed().feed()).toBe(source);
    restore?.();
  });
});
