import { describe, expect, it } from '@jest/globals';
import { TracingStatistics } from '../../../lib/assembly/tracing-statistics.js';
import { SimpleSpanProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { InMemorySpanExporter } from '../../../lib/export/index.js';
import { TracingHealthIndicator } from '../../../lib/nest/health-indicator.js';
import { createTestTracing } from '../../../lib/testing/index.js';

function harness() {
  const exporter = new InMemorySpanExporter();
  const diagnostics = new Diagnostics({ warn: () => {} });
  const processor = new SimpleSpanProcessor(exporter, { diagnostics });
  const { tracer, provider, recorder, close } = createTestTracing({ spanProcessors: [processor] });
  const indicator = new TracingHealthIndicator(
    new TracingStatistics(provider.core, [recorder, processor]),
  );
  const work = (): void => {
    tracer.startSpan('work').end();
    recorder.takeSpans();
    close();
  };
  return { exporter, indicator, work };
}

describe('TracingHealthIndicator', () => {
  it('is up while spans arrive', () => {
    const { indicator, work } = harness();
    const up = { status: 'up', queued: 0, lost: 0, failing: [] };
    expect(indicator.isHealthy()).toEqual({ tracing: up });
    work();
    expect(indicator.isHealthy('spans')).toEqual({ spans: up });
  });

  it('is down when none has arrived for as long as it is told', async () => {
    const { exporter, indicator, work } = harness();
    await exporter.shutdown();
    work();
    expect(indicator.isHealthy('tracing', { failingForMillis: 0 })).toEqual({
      tracing: {
        status: 'down',
        queued: 0,
        lost: 1,
        failing: [
          {
            exporter: 'InMemorySpanExporter',
            since: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
            error: 'The exporter is shut down',
          },
        ],
      },
    });
    expect(indicator.isHealthy().tracing).toMatchObject({ status: 'up', lost: 1 });
    expect(indicator.isHealthy().tracing.failing).toHaveLength(1);
  });

  it.each([-1, Number.NaN, 'long'])('refuses %p', (failingForMillis) => {
    const options = { failingForMillis: failingForMillis as number };
    expect(() => harness().indicator.isHealthy('tracing', options)).toThrow(
      'failingForMillis must',
    );
  });
});
