import { expect } from '@jest/globals';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  InMemorySpanExporter,
  type MetricsRegistry,
  type Sampler,
  type TracingOptions,
} from 'nestjs-traced';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { until } from '../../support/until.js';

/** Metrics must not depend on the sampling. */
export const SAMPLERS: readonly (readonly ['sampled' | 'unsampled', Sampler])[] = [
  ['sampled', new AlwaysOnSampler()],
  ['unsampled', new AlwaysOffSampler()],
];

export function optionsWith(sampler: Sampler): TracingOptions {
  return {
    sampler,
    metrics: true,
    exporter: new InMemorySpanExporter(),
    registerGlobally: false,
    logger: { warn: () => {} },
  };
}

/** The series and how many values they have: durations, ports and names that are made differ from run to run. */
export function countsIn(registry: MetricsRegistry): string[] {
  const counts = new Map<string, number>();
  for (const line of metricsAsText(registry.collect()).split('\n')) {
    const [, series = '', count] = /^(\S+\{.*?\}) (\d+) in /.exec(line) ?? [];
    if (series === '') continue;
    const name = series
      .replace(/server\.port=\d{4,5}/, 'server.port=PORT')
      .replace(/(partition\.id)=\d+/, '$1=PARTITION')
      .replace(/(group\.name)=[\w-]{36,}/, '$1=GROUP');
    counts.set(name, (counts.get(name) ?? 0) + Number(count));
  }
  return Array.from(counts, ([name, count]) => `${name} ${count}`).sort();
}

/** Waits until the registry has these series with so many values. */
export async function expectCounts(
  registry: MetricsRegistry,
  expected: readonly string[],
): Promise<void> {
  await until(
    () => countsIn(registry).join('\n') === expected.join('\n'),
    () => countsIn(registry),
  ).catch(() => expect(countsIn(registry)).toEqual(expected));
}
