import type { MetricsRegistry, Observe } from '../metrics/index.js';
import type { OverheadGovernor } from '../sampling/overhead-governor.js';

/**
 * Shows what the option `maxOverheadRatio` does as metrics, for which OpenTelemetry has no names.
 *
 * @returns functions that remove the metrics
 */
export function observeGovernor(
  registry: MetricsRegistry,
  governor: OverheadGovernor,
): (() => void)[] {
  return [
    registry.observe(
      'gauge',
      'nestjs_traced.governor.overhead_ratio',
      {
        unit: '1',
        description: 'Estimated CPU time of tracing, as a share of that of the process',
      },
      (observe: Observe) => observe(governor.counts.overheadRatio),
    ),
    registry.observe(
      'gauge',
      'nestjs_traced.governor.sampling_ratio',
      {
        unit: '1',
        description: 'Share of the new traces that are sampled, of those that the sampler selects',
      },
      (observe: Observe) => observe(governor.counts.samplingRatio),
    ),
    registry.observe(
      'counter',
      'nestjs_traced.governor.not_sampled',
      {
        unit: '{span}',
        description: 'New traces that the sampler selected and maxOverheadRatio did not allow',
      },
      (observe: Observe) => observe(governor.counts.notSampled),
    ),
  ];
}
