import { Diagnostics } from '../../lib/diagnostics.js';
import { MetricsRegistry, type MetricsRegistryParts } from '../../lib/metrics/index.js';
import { createResource } from '../../lib/trace/index.js';

/** A registry with a clock that a test sets, and the warnings of the library. */
export function createRegistry(parts: Partial<MetricsRegistryParts> = {}): {
  registry: MetricsRegistry;
  warnings: string[];
  clock: { millis: number };
} {
  const warnings: string[] = [];
  const clock = { millis: 1_000 };
  const registry = new MetricsRegistry({
    resource: createResource({ serviceName: 'test' }),
    diagnostics: new Diagnostics({ warn: (message) => warnings.push(message) }),
    maxSeriesCount: 2000,
    timeMillis: () => clock.millis,
    ...parts,
  });
  return { registry, warnings, clock };
}
