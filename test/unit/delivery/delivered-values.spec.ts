import { describe, expect, it } from '@jest/globals';
import { DeliveredValues } from '../../../lib/delivery/delivered-values.js';
import { PeriodicMetricReader } from '../../../lib/delivery/index.js';
import type { MetricProducer } from '../../../lib/metrics/index.js';
import { type ExportCallback, failure, ReadDiagnostics } from '../../support/exporter-doubles.js';
import { createRegistry } from '../../support/metrics-registry.js';

describe('DeliveredValues', () => {
  it('counts the series that have changed since their delivery', () => {
    const { registry } = createRegistry();
    const delivered = new DeliveredValues();
    const undelivered = () => delivered.countUndelivered(registry.collect());
    expect(undelivered()).toBe(0);
    // Series without attributes share them with those of other metrics.
    registry.counter('placed').add(1);
    registry.upDownCounter('open').add(-2);
    registry.histogram('duration').record(1);
    registry.histogram('duration').record(1, { route: '/' });
    expect(undelivered()).toBe(4);
    delivered.deliver(registry.collect());
    expect(undelivered()).toBe(0);
    registry.histogram('duration').record(0, { route: '/' });
    registry.counter('placed').add(1);
    expect(undelivered()).toBe(2);
    delivered.deliver(registry.collect());
    expect(undelivered()).toBe(0);
  });

  it('does not count what callbacks read', () => {
    const { registry } = createRegistry();
    registry.observe('counter', 'served', {}, (observe) => observe(7));
    registry.observe('gauge', 'size', {}, (observe) => observe(7));
    expect(new DeliveredValues().countUndelivered(registry.collect())).toBe(0);
  });
});

describe('a reader', () => {
  function read(producer: MetricProducer, result: Parameters<ExportCallback>[0]) {
    const exporter = {
      export: (_metrics: unknown, callback: ExportCallback) => callback(result),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const diagnostics = new ReadDiagnostics();
    return { reader: new PeriodicMetricReader(producer, exporter, { diagnostics }), diagnostics };
  }

  it('knows what is undelivered, also after an export that failed', async () => {
    const { registry } = createRegistry();
    const { reader } = read(registry, { code: 0 });
    const { reader: failing } = read(registry, failure('refused'));
    registry.counter('placed').add(1);
    expect([reader.undeliveredCount, failing.undeliveredCount]).toEqual([1, 1]);
    await Promise.all([reader.forceFlush(), failing.forceFlush()]);
    expect([reader.undeliveredCount, failing.undeliveredCount]).toEqual([0, 1]);
    registry.counter('placed').add(1);
    expect(reader.undeliveredCount).toBe(1);
    await Promise.all([reader.shutdown(), failing.shutdown()]);
    expect(reader.undeliveredCount).toBe(0);
  });

  it('knows nothing of a producer that throws, and reports it', async () => {
    const producer = {
      collect: () => {
        throw new Error('broken');
      },
    };
    const { reader, diagnostics } = read(producer, { code: 0 });
    expect(reader.undeliveredCount).toBe(0);
    expect(diagnostics.lines).toEqual([
      'Metrics could not be collected and are not exported: Error: broken',
    ]);
    await reader.shutdown();
  });
});
