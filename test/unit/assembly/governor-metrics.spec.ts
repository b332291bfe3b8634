import { describe, expect, it } from '@jest/globals';
import { observeGovernor } from '../../../lib/assembly/governor-metrics.js';
import { OverheadGovernor } from '../../../lib/sampling/overhead-governor.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { createRegistry } from '../../support/metrics-registry.js';

describe('observeGovernor', () => {
  it('shows the counts of the governor, until it is stopped', () => {
    const clocks = { time: 0, exported: 0 };
    const governor = new OverheadGovernor(0.1, new ReadDiagnostics(), {
      now: () => clocks.time,
      cpuMillis: () => clocks.time,
      exportMillis: () => clocks.exported,
    });
    governor.notSampledCount = 7;
    Object.assign(clocks, { time: 1000, exported: 200 });
    const { registry } = createRegistry();
    const stops = observeGovernor(registry, governor);
    const text = metricsAsText(registry.collect());
    expect(text).toMatch(/nestjs_traced\.governor\.overhead_ratio\S* 0\.2\b/);
    expect(text).toMatch(/nestjs_traced\.governor\.sampling_ratio\S* 0\.45\b/);
    expect(text).toMatch(/nestjs_traced\.governor\.not_sampled\S* 7\b/);
    for (const stop of stops) stop();
    expect(metricsAsText(registry.collect())).not.toContain('governor');
  });
});
