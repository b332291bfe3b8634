import { describe, expect, it } from '@jest/globals';
import type { LocalTracer } from '../../../../lib/context/index.js';
import { insertHandlerLayer } from '../../../../lib/nest/lifecycle/handler-layer.js';
import type { Method } from '../../../../lib/nest/prototype-methods.js';

const tracers = [{}, {}] as LocalTracer[] as [LocalTracer, LocalTracer];

class Gateway {
  #secret = 'secret';

  say(): string {
    return this.#secret;
  }

  other(): string {
    return 'other';
  }
}

const shout = (key: string, original: Method, users: readonly LocalTracer[]): Method =>
  function (this: unknown) {
    return users.length === 0 ? original.call(this) : `${key}(${original.call(this)})`;
  };

describe('insertHandlerLayer', () => {
  it('replaces methods as the prototype of one instance shows them', () => {
    const before = Object.getOwnPropertyDescriptors(Gateway.prototype);
    const gateway = new Gateway();
    const remove = insertHandlerLayer(gateway, ['say', 'missing'], tracers[0], shout);
    const prototype = Object.getPrototypeOf(gateway);
    expect(prototype.say.call(gateway)).toBe('say(secret)');
    expect(gateway.other()).toBe('other');
    expect(Object.keys(prototype)).toEqual([]);
    expect([gateway.constructor, gateway instanceof Gateway]).toEqual([Gateway, true]);
    expect(new Gateway().say()).toBe('secret');
    remove();
    expect(Object.getPrototypeOf(gateway)).toBe(Gateway.prototype);
    expect(Object.getOwnPropertyDescriptors(Gateway.prototype)).toEqual(before);
  });

  it.each([
    ['in order', [0, 1]],
    ['in reverse order', [1, 0]],
  ])('removes the layers of several applications, %s', (_, order) => {
    const gateway = new Gateway();
    const removes = tracers.map((tracer) => insertHandlerLayer(gateway, ['say'], tracer, shout));
    const kept = gateway.say;
    expect(gateway.say()).toBe('say(say(secret))');
    removes[order[0] as number]?.();
    expect(gateway.say()).toBe('say(secret)');
    removes[order[1] as number]?.();
    removes[order[1] as number]?.();
    expect(Object.getPrototypeOf(gateway)).toBe(Gateway.prototype);
    // Nest keeps the function for as long as the application.
    expect(kept.call(gateway)).toBe('secret');
  });

  it('throws for a frozen instance', () => {
    const frozen = Object.freeze(new Gateway());
    expect(() => insertHandlerLayer(frozen, ['say'], tracers[0], shout)).toThrow(TypeError);
  });
});
