import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotificationListeners } from '../../../../lib/database/queryable/notification-listeners.js';
import { createTestTracing } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

/** A client, and the methods that its stand-in has. */
function createClient() {
  const client = new EventEmitter();
  const listeners = NotificationListeners.of(client);
  const call = (name: string, ...values: unknown[]): unknown => {
    const method = client[name as 'on'] as (...given: unknown[]) => unknown;
    const original = (given: unknown[]): unknown => Reflect.apply(method, client, given);
    return (listeners?.replacementOf(name, original) ?? original)(values);
  };
  return { client, call };
}

describe('NotificationListeners', () => {
  it.each(['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'])(
    'calls the listeners of %s outside of the trace in which a notification comes',
    (method) => {
      const { client, call } = createClient();
      const received: unknown[] = [];
      const listener = (message: unknown): void => {
        received.push(message, tracing.tracer.activeSpan);
      };
      expect(call(method, 'notification', listener)).toBe(client);
      tracing.tracer.trace('neighbour', () => client.emit('notification', 'message'));
      expect(received).toEqual(['message', undefined]);
      call('off', 'notification', listener);
      expect(client.listenerCount('notification')).toBe(0);
      tracing.recorder.takeSpans();
    },
  );

  it('removes a listener that `once` has added', () => {
    const { client, call } = createClient();
    const listener = (): void => {};
    call('once', 'notification', listener);
    call('removeListener', 'notification', listener);
    expect(client.listenerCount('notification')).toBe(0);
  });

  it('leaves other events in the context in which they come', () => {
    const { client, call } = createClient();
    const active: unknown[] = [];
    call('on', 'notice', () => active.push(tracing.tracer.activeSpan));
    tracing.tracer.trace('work', (span) => {
      client.emit('notice');
      expect(active).toEqual([span]);
    });
    tracing.recorder.takeSpans();
  });

  it('replaces methods for listeners only, and only of a client that has events', () => {
    const listeners = NotificationListeners.of(new EventEmitter());
    expect(listeners?.replacementOf('emit', () => {})).toBeUndefined();
    expect(NotificationListeners.of({ on() {} })).toBeUndefined();
  });
});
