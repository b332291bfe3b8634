import type { BatchObservableResult, Meter } from '@opentelemetry/api';
import type { OverheadGovernor } from '../sampling/overhead-governor.js';

/**
 * Exposes what the option `maxOverheadRatio` does as metrics, for which OpenTelemetry has no names.
 *
 * @returns a function that removes the metrics
 */
export function observeGovernor(meter: Meter, governor: OverheadGovernor): () => void {
  const overheadRatio = meter.createObservableGauge('nestjs_traced.governor.overhead_ratio', {
    unit: '1',
    description: 'Estimated CPU time of tracing, as a share of that of the process',
  });
  const samplingRatio = meter.createObservableGauge('nestjs_traced.governor.sampling_ratio', {
    unit: '1',
    description: 'Share of the new traces that are sampled, of those that the sampler selects',
  });
  const notSampled = meter.createObservableCounter('nestjs_traced.governor.not_sampled', {
    unit: '{span}',
    description: 'New traces that the sampler selected and maxOverheadRatio did not allow',
  });
  const observed = [overheadRatio, samplingRatio, notSampled];
  const callback = (result: BatchObservableResult): void => {
    const counts = governor.counts;
    result.observe(overheadRatio, counts.overheadRatio);
    result.observe(samplingRatio, counts.samplingRatio);
    result.observe(notSampled, counts.notSampled);
  };
  meter.addBatchObservableCallback(callback, observed);
  return () => meter.removeBatchObservableCallback(callback, observed);
}
