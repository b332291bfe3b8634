import { afterEach, describe, expect, it } from '@jest/globals';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { observeGovernor } from '../../../lib/assembly/governor-metrics.js';
import { OverheadGovernor } from '../../../lib/sampling/overhead-governor.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';

class ReaderOfTest extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('observeGovernor', () => {
  it('exposes the counts of the governor, until it is stopped', async () => {
    const reader = new ReaderOfTest();
    const provider = new MeterProvider({ readers: [reader] });
    stops.push(() => provider.shutdown());
    const clocks = { time: 0, exported: 0 };
    const governor = new OverheadGovernor(0.1, new ReadDiagnostics(), {
      now: () => clocks.time,
      cpuMillis: () => clocks.time,
      exportMillis: () => clocks.exported,
    });
    governor.notSampledCount = 7;
    Object.assign(clocks, { time: 1000, exported: 200 });
    const stop = observeGovernor(provider.getMeter('test'), governor);
    const read = async () => {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics
        .flatMap(({ metrics }) => metrics)
        .map(({ descriptor, dataPoints }) => [
          descriptor.name,
          descriptor.unit,
          dataPoints[0]?.value,
        ]);
    };
    expect(await read()).toEqual([
      ['nestjs_traced.governor.overhead_ratio', '1', 0.2],
      ['nestjs_traced.governor.sampling_ratio', '1', 0.45],
      ['nestjs_traced.governor.not_sampled', '{span}', 7],
    ]);
    stop();
    governor.notSampledCount = 8;
    // The reader repeats what it knows.
    expect((await read()).map(([, , value]) => value)).not.toContain(8);
  });
});
