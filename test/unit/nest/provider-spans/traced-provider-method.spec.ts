import { afterEach, describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../../lib/context/index.js';
import { traceProviderMethod } from '../../../../lib/nest/provider-spans/traced-provider-method.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

const open: { close(): void }[] = [];

function start(options: Parameters<typeof createTestTracing>[0] = {}) {
  const tracing = createTestTracing(options);
  open.push(tracing);
  const orders = {
    prefix: 'order',
    find: traceProviderMethod(
      function (this: unknown, id) {
        return `${(this as { prefix: string }).prefix} ${id}`;
      },
      'Orders.find',
      tracing.tracer,
    ),
  };
  return { ...tracing, orders };
}

afterEach(() => {
  for (const { close } of open.splice(0)) close();
});

describe('traceProviderMethod', () => {
  it('runs each call in a span, below the active one', () => {
    const { tracer, recorder, orders } = start();
    expect(orders.find('1')).toBe('order 1');
    tracer.trace('GET /orders', () => orders.find('2'));
    expect(traceAsText(recorder.takeSpans())).toBe('Orders.find\n\nGET /orders\n  Orders.find');
  });

  it('makes no span in an unsampled trace, and while tracing is suppressed', () => {
    const { tracer, recorder, orders } = start({ sampler: new AlwaysOffSampler() });
    tracer.trace('GET /orders', () => expect(orders.find('1')).toBe('order 1'));
    const sampled = start();
    contextStorage.runSuppressed(() => expect(sampled.orders.find('1')).toBe('order 1'));
    expect([...recorder.takeSpans(), ...sampled.recorder.takeSpans()]).toEqual([]);
  });

  it('traces only calls of its own application', () => {
    const first = start();
    const second = start();
    second.tracer.trace('of the second', () => first.orders.find('1'));
    first.orders.find('2');
    expect(first.recorder.takeSpans()).toEqual([]);
    expect(traceAsText(second.recorder.takeSpans())).toBe('of the second');
  });

  it('calls the method if no application runs', () => {
    const { orders, recorder, close } = start();
    close();
    expect(orders.find('1')).toBe('order 1');
    expect(recorder.takeSpans()).toEqual([]);
  });
});
