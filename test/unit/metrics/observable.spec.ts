import { describe, expect, it } from '@jest/globals';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { createRegistry } from '../../support/metrics-registry.js';

describe('Observable', () => {
  it('reads the values of this collection only', () => {
    const { registry } = createRegistry();
    const sizes: Record<string, number> = { a: 1, b: 2 };
    registry.observe('gauge', 'size', {}, (observe) => {
      for (const [queue, size] of Object.entries(sizes)) observe(size, { queue });
    });
    expect(metricsAsText(registry.collect())).toBe('size{queue=a} 1\nsize{queue=b} 2');
    delete sizes.a;
    sizes.b = 5;
    expect(metricsAsText(registry.collect())).toBe('size{queue=b} 5');
  });

  it('leaves a callback out that throws or rejects, and reads the others', async () => {
    const { registry, warnings } = createRegistry();
    registry.observe('counter', 'a', {}, () => {
      throw new Error('broken');
    });
    registry.observe('counter', 'a', {}, (observe) => observe(1, { from: 'second' }));
    registry.observe('counter', 'b', {}, (async () => {
      throw new Error('late');
    }) as never);
    expect(metricsAsText(registry.collect())).toBe('a{from=second} 1');
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([
      'The callback of a metric threw; the metric lacks values: Error: broken',
    ]);
  });

  it('answers a collection inside of a collection with the previous values', () => {
    const { registry } = createRegistry();
    let inner = '';
    let value = 1;
    registry.observe('gauge', 'a', {}, (observe) => {
      inner = metricsAsText(registry.collect());
      observe(value);
    });
    expect(metricsAsText(registry.collect())).toBe('a{} 1');
    expect(inner).toBe('');
    value = 2;
    expect(metricsAsText(registry.collect())).toBe('a{} 2');
    expect(inner).toBe('a{} 1');
  });

  it('bounds the number of series: the sum of further ones, or the last one of a gauge', () => {
    const { registry } = createRegistry({ maxSeriesCount: 3 });
    for (const kind of ['counter', 'gauge'] as const) {
      registry.observe(kind, kind, {}, (observe) => {
        for (let index = 1; index <= 5; index++) observe(index, { index });
      });
    }
    expect(metricsAsText(registry.collect())).toBe(
      [
        'counter{index=1} 1',
        'counter{index=2} 2',
        'counter{otel.metric.overflow=true} 12',
        'gauge{index=1} 1',
        'gauge{index=2} 2',
        'gauge{otel.metric.overflow=true} 5',
      ].join('\n'),
    );
  });

  it('drops values that are no numbers', () => {
    const { registry, warnings } = createRegistry();
    registry.observe('gauge', 'a', {}, (observe) => {
      observe(Number.NaN);
      observe('7' as never);
      observe(-7);
    });
    expect(metricsAsText(registry.collect())).toBe('a{} -7');
    expect(warnings).toEqual([
      'A value of a metric was dropped: it must be a finite number: a got NaN',
    ]);
  });
});
