import { describe, expect, it } from '@jest/globals';
import { from, mergeAll, type Observable, of } from 'rxjs';
import { contextStorage } from '../../../../lib/context/index.js';
import { hookAdapter } from '../../../../lib/nest/websocket/hook-adapter.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { WebSocketHandler } from '../../../../lib/websocket/web-socket-handler.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

type Handler = { message: unknown; callback: (...values: unknown[]) => unknown };
type Transform = (result: unknown) => Observable<unknown>;

/** An adapter that keeps what Nest gives it, so that a test can do with it what it wants. */
class KeepingAdapter {
  handlers: Handler[] = [];
  transform: Transform = of;
  connect: (...values: unknown[]) => void = () => {};

  bindClientConnect(_server: object, connect: (...values: unknown[]) => void): void {
    this.connect = connect;
  }

  bindMessageHandlers(_client: object, handlers: Handler[], transform: Transform): void {
    this.handlers = handlers;
    this.transform = transform;
  }
}

describe('hookAdapter', () => {
  const createTracing = tracingsOfTest();

  function hook(callback: (...values: unknown[]) => unknown) {
    const { tracer, recorder } = createTracing();
    const adapter = new KeepingAdapter();
    const handler = new WebSocketHandler(tracer);
    const restore = hookAdapter(
      adapter,
      () => handler,
      () => 'A.b',
    );
    const transform = (result: unknown): Observable<unknown> =>
      from(Promise.resolve(result).then((value) => of(value))).pipe(mergeAll());
    adapter.bindMessageHandlers({}, [{ message: 'say', callback }], transform);
    const call = (...values: unknown[]): unknown => adapter.handlers[0]?.callback(...values);
    const text = (): string =>
      traceAsText(recorder.takeSpans(), { attributes: false, events: true });
    return { adapter, call, text, restore, recorder };
  }

  it('passes the values on, and ends with the promise if the adapter does not transform it', async () => {
    const { call, text, recorder } = hook(async (...values) => values);
    const result = call('data', 'more');
    expect(recorder.openSpans).toHaveLength(1);
    expect(await result).toEqual(['data', 'more']);
    expect(text()).toBe('message say [server]');
  });

  it('ends at once for a result that is no promise', () => {
    const { call, text } = hook(() => 'value');
    expect(call()).toBe('value');
    expect(text()).toBe('message say [server]');
  });

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('wrong');
      },
    ],
    [
      'rejects',
      async () => {
        throw new TypeError('wrong');
      },
    ],
  ])('passes on what a handler %s', async (_, callback) => {
    const { call, text } = hook(callback);
    await expect((async () => call())()).rejects.toThrow(new TypeError('wrong'));
    expect(text()).toBe('message say [server] ERROR "wrong" exception TypeError');
  });

  it('ends when the adapter unsubscribes from the answers before there is one', () => {
    const { adapter, call, text } = hook(() => new Promise(() => {}));
    const subscription = adapter.transform(call()).subscribe();
    subscription.unsubscribe();
    expect(text()).toBe('message say [server] (event unsubscribed)');
  });

  it('transforms results that are not of a handler', () => {
    const { adapter } = hook(() => {});
    expect(() => adapter.transform(undefined).subscribe().unsubscribe()).not.toThrow();
  });

  it('runs the handler in the context of the message, and leaves it', async () => {
    const { call, recorder } = hook(async () => contextStorage.active().span);
    expect(await call()).toBe(recorder.takeSpan() as unknown);
    expect(contextStorage.active().span).toBeUndefined();
  });

  it('passes unknown arguments through', () => {
    const { adapter } = hook(() => {});
    adapter.bindMessageHandlers(null as never, 'none' as never, undefined as never);
    expect(adapter.handlers).toBe('none');
  });

  it('restores the methods', () => {
    const { adapter, restore } = hook(() => {});
    restore?.();
    expect(Object.hasOwn(adapter, 'bindMessageHandlers')).toBe(false);
    expect(Object.hasOwn(adapter, 'bindClientConnect')).toBe(false);
  });

  it.each([null, 'text', {}, { bindClientConnect() {} }])('ignores %p', (candidate) => {
    expect(
      hookAdapter(
        candidate,
        () => undefined,
        () => undefined,
      ),
    ).toBeUndefined();
  });
});
