import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { adjustedCountOf } from '../../../lib/sampling/threshold.js';
import { type OtlpJson, spansOf } from '../../unit/export/otlp/read-otlp.js';
import { Collector } from '../export/collector.js';
import { BuiltPrograms } from './child-program.js';

let programs: BuiltPrograms;
let collector: Collector;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);

afterEach(() => collector.stop());
afterAll(() => programs.remove());

interface Governor {
  readonly samplingRatio: number;
  readonly overheadRatio: number;
  readonly notSampled: number;
}

/** How many traces the sampled one stands for, as a backend reads it. */
function countOf({ traceState = '' }: OtlpJson): number {
  const threshold = /^ot=th:([0-9a-f]{1,14})$/.exec(traceState as string)?.[1];
  if (traceState !== '' && threshold === undefined) throw new Error(`A bad state: ${traceState}`);
  return threshold === undefined ? 1 : adjustedCountOf(threshold);
}

describe('a process with maxOverheadRatio', () => {
  it('samples fewer traces under load, from which its requests can be counted, and recovers', async () => {
    collector = await Collector.start();
    const program = programs.start('governed', {
      COLLECTOR_URL: collector.url,
      MAX_OVERHEAD_RATIO: '0.02',
    });
    const lowered = await program.said<Governor>('lowered');
    expect(lowered.samplingRatio).toBeLessThan(0.9);
    expect(await program.said('warning')).toMatch(
      /^Tracing takes more of the CPU time than maxOverheadRatio allows\. .* instead of 2\.0 %$/,
    );

    const requestCount = await program.said<number>('requestCount');
    // biome-ignore lint/suspicious/noExplicitAny: it comes from another process
    const counts = await program.said<any>('counts');
    const { sampler } = counts;
    expect(counts.lost).toBe(0);
    expect(sampler.governor.notSampled).toBe(sampler.notSampled);
    const spans = collector.messages.flatMap(spansOf);
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    // Each request is a trace as a whole, or not at all.
    expect(roots.length + sampler.notSampled).toBe(requestCount);
    expect(spans).toHaveLength(4 * roots.length);
    const estimate = roots.reduce((sum, root) => sum + countOf(root), 0);
    expect(estimate / requestCount).toBeGreaterThan(0.8);
    expect(estimate / requestCount).toBeLessThan(1.2);
    expect(roots.length).toBeLessThan(requestCount / 2);

    expect((await program.said<Governor>('recovered')).samplingRatio).toBe(1);
    expect((await program.ended).exitCode).toBe(0);
  }, 40_000);
});
