import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { bindEmitter } from '../../../lib/context/bind-emitter.js';

type Listener = (...args: unknown[]) => void;

describe('bindEmitter', () => {
  const boundEmitter = () => {
    const calls: string[] = [];
    const bind = (listener: Listener): Listener =>
      function (this: unknown, ...args) {
        calls.push('bound');
        listener.apply(this, args);
      };
    return { calls, emitter: bindEmitter(new EventEmitter(), bind), bind };
  };

  it.each(['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const)(
    'binds a listener that %s adds once, and hands on `this` and the arguments',
    (method) => {
      const { emitter, calls } = boundEmitter();
      const received: unknown[] = [];
      expect(
        emitter[method]('order', function (this: unknown, ...args: unknown[]) {
          received.push(this, ...args);
        }),
      ).toBe(emitter);
      emitter.emit('order', 1, 2);
      expect(received).toEqual([emitter, 1, 2]);
      expect(calls).toEqual(['bound']);
    },
  );

  it.each(['once', 'prependOnceListener'] as const)('%s still hears one event only', (method) => {
    const { emitter, calls } = boundEmitter();
    emitter[method]('order', () => {});
    emitter.emit('order');
    emitter.emit('order');
    expect(calls).toEqual(['bound']);
    expect(emitter.listenerCount('order')).toBe(0);
  });

  it.each(['prependListener', 'prependOnceListener'] as const)('%s still comes first', (method) => {
    const { emitter } = boundEmitter();
    const order: string[] = [];
    emitter.on('order', () => order.push('on'));
    emitter[method]('order', () => order.push('prepended'));
    emitter.emit('order');
    expect(order).toEqual(['prepended', 'on']);
  });

  it.each([
    ['on', 'off'],
    ['on', 'removeListener'],
    ['once', 'off'],
    ['prependOnceListener', 'removeListener'],
  ] as const)('a listener added by %s is removed by %s', (add, remove) => {
    const { emitter, calls } = boundEmitter();
    const listener = (): void => {};
    emitter[add]('order', listener);
    expect(emitter[remove]('order', listener)).toBe(emitter);
    emitter.emit('order');
    expect(calls).toEqual([]);
    expect(emitter.listenerCount('order')).toBe(0);
  });

  it('removes listeners that were added before', () => {
    const emitter = new EventEmitter();
    const listener = (): void => {
      throw new Error('was not removed');
    };
    emitter.on('order', listener);
    bindEmitter(emitter, (bound) => bound).off('order', listener);
    expect(emitter.emit('order')).toBe(false);
  });

  it('shows listeners as they were added', () => {
    const { emitter } = boundEmitter();
    const listener = (): void => {};
    emitter.on('order', listener);
    expect(emitter.listeners('order')).toEqual([listener]);
  });

  it('binds one listener of several events once', () => {
    const { emitter, calls } = boundEmitter();
    const listener = (): void => {};
    emitter.on('order', listener).on('paid', listener);
    emitter.emit('order');
    emitter.off('order', listener);
    emitter.emit('order');
    emitter.emit('paid');
    expect(calls).toEqual(['bound', 'bound']);
  });

  it('binds on top when it is called again', () => {
    const { emitter, calls, bind } = boundEmitter();
    bindEmitter(emitter, bind);
    const listener = (): void => {};
    emitter.on('order', listener);
    emitter.emit('order');
    expect(calls).toEqual(['bound', 'bound']);
    emitter.off('order', listener);
    expect(emitter.listenerCount('order')).toBe(0);
  });

  it('binds listeners that are added while another one is added', () => {
    const { emitter, calls } = boundEmitter();
    emitter.on('newListener', (event: string) => {
      if (event === 'order') emitter.on('nested', () => {});
    });
    emitter.on('order', () => {});
    calls.length = 0;
    emitter.emit('nested');
    expect(calls).toEqual(['bound']);
  });

  it('refuses what the emitter refuses', () => {
    const { emitter } = boundEmitter();
    expect(() => emitter.on('order', 'text' as never)).toThrow('must be of type function');
    expect(() => emitter.once('order', undefined as never)).toThrow('must be of type function');
    emitter.on('order', () => {});
    expect(emitter.listenerCount('order')).toBe(1);
  });
});
