import { describe, expect, it } from '@jest/globals';
import { CounterInstrument } from '../../../lib/metrics/counter.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { createRegistry } from '../../support/metrics-registry.js';

describe('Counter', () => {
  it('adds by attributes, in any order', () => {
    const { registry } = createRegistry();
    const counter = registry.counter('a');
    expect(counter).toBeInstanceOf(CounterInstrument);
    counter.add(1, { x: 1, y: 'b' });
    counter.add(2, { y: 'b', x: 1 });
    counter.add(4);
    counter.add(8, {});
    counter.add(16, null as never);
    expect(metricsAsText(registry.collect())).toBe('a{x=1 y=b} 3\na{} 28');
  });

  it('drops values that it cannot add, and says so once for each kind', () => {
    const { registry, warnings } = createRegistry();
    const bad = [Number.NaN, Number.NEGATIVE_INFINITY, '1' as never, 1n as never];
    for (const value of bad) {
      registry.counter('a').add(value);
      registry.upDownCounter('b').add(value);
    }
    registry.counter('a').add(-1);
    registry.upDownCounter('b').add(-1);
    expect(metricsAsText(registry.collect())).toBe('b{} -1');
    expect(warnings).toEqual([
      'A value of a metric was dropped: it must be a finite number of at least 0: a got NaN',
      'A value of a metric was dropped: it must be a finite number: b got NaN',
    ]);
  });

  it('counts 100,000 values of an attribute in a bounded number of series', () => {
    const { registry, warnings } = createRegistry({ maxSeriesCount: 50 });
    const counter = registry.counter('a');
    for (let index = 0; index < 100_000; index++) counter.add(1, { user: `u${index}` });
    counter.add(1, { user: 'u3' });
    const lines = metricsAsText(registry.collect()).split('\n');
    expect(lines).toHaveLength(50);
    expect(lines[3]).toBe('a{user=u3} 2');
    expect(lines.at(-1)).toBe('a{otel.metric.overflow=true} 99951');
    expect(warnings).toEqual([
      'A metric has reached the limit of 50 series. Values of further series are in the series with otel.metric.overflow. Use attributes with fewer values, or raise metrics.maxSeriesCount: a',
    ]);
  });

  it('leaves out attributes that are no values, and says so once', () => {
    const { registry, warnings } = createRegistry();
    registry.counter('a').add(1, { list: [1] as never, x: 1, none: undefined as never });
    registry.counter('a').add(1, { x: 1 });
    expect(metricsAsText(registry.collect())).toBe('a{x=1} 2');
    expect(warnings).toEqual([
      'An attribute of a metric was dropped: its value must be a string, a number or a boolean: a',
    ]);
  });
});
