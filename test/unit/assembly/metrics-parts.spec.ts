import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../lib/assembly/environment.js';
import type { TracingSettings } from '../../../lib/assembly/index.js';
import { createMetrics } from '../../../lib/assembly/metrics-parts.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { createTestTracing, SteadyClock } from '../../../lib/testing/index.js';

function isEnabled(
  metrics: TracingSettings['metrics'],
  exporter?: string,
  isRecording = true,
  hasExporter = false,
): boolean {
  const { tracer, close } = createTestTracing();
  const environment = readEnvironment(new Diagnostics(), { OTEL_METRICS_EXPORTER: exporter });
  const registry = createMetrics(tracer, { metrics }, environment, hasExporter, isRecording);
  close();
  expect(tracer.application.metrics !== undefined).toBe(registry.isEnabled);
  return registry.isEnabled;
}

describe('createMetrics', () => {
  it('switches metrics on by the option, or by the environment', () => {
    expect(isEnabled(undefined)).toBe(false);
    expect(isEnabled(undefined, 'none')).toBe(false);
    expect(isEnabled(undefined, 'otlp')).toBe(true);
    expect(isEnabled(undefined, 'prometheus')).toBe(true);
    expect(isEnabled(undefined, 'Console')).toBe(true);
    expect(isEnabled(undefined, undefined, true, true)).toBe(true);
    expect(isEnabled(false, undefined, true, true)).toBe(false);
    expect(isEnabled(false, 'otlp')).toBe(false);
    expect(isEnabled(true, 'none')).toBe(true);
    expect(isEnabled({})).toBe(true);
    expect(isEnabled(true, 'otlp', false)).toBe(false);
  });

  it.each([
    ['metrics', 'yes'],
    ['metrics', null],
    ['metrics.durations', { durations: 1 }],
    ['metrics.serverAddress', { serverAddress: 'x' }],
    ['metrics.maxSeriesCount', { maxSeriesCount: 1 }],
    ['metrics.maxSeriesCount', { maxSeriesCount: 1_000_001 }],
    ['metrics.maxSeriesCount', { maxSeriesCount: 2.5 }],
  ])('refuses an invalid %s', (name, metrics) => {
    const create = (): boolean => isEnabled(metrics as never);
    expect(create).toThrow(TracingConfigError);
    expect(create).toThrow(name);
  });

  it('takes the times from the clock of the application', () => {
    const clock = new SteadyClock({ tickMillis: 0 });
    const { tracing, close } = createTestTracing({ metrics: true, clock });
    tracing.metrics.counter('a').add(1);
    const before = tracing.metrics.collect().timeMillis;
    clock.advance(250);
    expect(tracing.metrics.collect().timeMillis - before).toBe(250);
    close();
  });
});
