import { describe, expect, it } from '@jest/globals';
import { BatchSpanProcessor } from '../../../../lib/delivery/index.js';
import { TailSamplingProcessor } from '../../../../lib/delivery/tail-sampling/tail-sampling-processor.js';
import { ProbabilitySampler } from '../../../../lib/sampling/index.js';
import { readThreshold } from '../../../../lib/sampling/ot-entry.js';
import { adjustedCountOf } from '../../../../lib/sampling/threshold.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import type { IdGenerator, ReadableSpan } from '../../../../lib/trace/index.js';
import { KeepingProcessor } from '../../../support/span-source.js';

const TRACES = 40_000;

/** Ids that look random and are the same in every run: a xorshift of 32 bits. */
class SeededIds implements IdGenerator {
  #state = 0x9e3779b9;

  generateTraceId(): string {
    return this.#digits(4);
  }

  generateSpanId(): string {
    return this.#digits(2);
  }

  #digits(words: number): string {
    return Array.from({ length: words }, () => this.#next().toString(16).padStart(8, '0')).join('');
  }

  #next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }
}

function keptOf(headRatio: number, tailRatio: number): { kept: ReadableSpan[]; recorded: number } {
  const next = new KeepingProcessor();
  const tail = new TailSamplingProcessor(next, { ratio: tailRatio, slowerThanMillis: 1e9 });
  const { tracer, recorder, provider, close } = createTestTracing({
    spanProcessors: [tail],
    sampler: new ProbabilitySampler(headRatio),
    idGenerator: new SeededIds(),
  });
  for (let i = 0; i < TRACES; i++) {
    const span = tracer.startSpan(i % 20 === 0 ? 'bad' : 'good', { root: true });
    if (i % 20 === 0) span.setStatus({ code: 2 });
    span.end();
    recorder.takeSpans();
  }
  close();
  return { kept: next.ended, recorded: provider.core.startedCount };
}

/** How many traces there were, as told by the thresholds of those that were kept. */
function estimate(kept: readonly ReadableSpan[], name: string): number {
  return kept
    .filter((span) => span.name === name)
    .map((span) => readThreshold(span.spanContext().traceState?.get('ot') ?? '') ?? '0')
    .reduce((total, threshold) => total + adjustedCountOf(threshold), 0);
}

describe('what a tail decision has kept', () => {
  it.each([
    [1, 0.1],
    [0.5, 0.1],
    [0.25, 1],
  ])('after a sampler of %p and with a ratio of %p tells how many there were', (head, tail) => {
    const { kept, recorded } = keptOf(head, tail);
    const ratio = Math.min(head, tail);
    const good = kept.filter(({ name }) => name === 'good').length;
    expect(recorded / TRACES).toBeCloseTo(head, 1);
    expect(good / (TRACES * 0.95)).toBeCloseTo(ratio, 1);
    expect(estimate(kept, 'good') / (TRACES * 0.95)).toBeGreaterThan(0.95);
    expect(estimate(kept, 'good') / (TRACES * 0.95)).toBeLessThan(1.05);
    expect(estimate(kept, 'bad') / (TRACES * 0.05)).toBeGreaterThan(0.9);
    expect(estimate(kept, 'bad') / (TRACES * 0.05)).toBeLessThan(1.1);
  });

  it('stands in front of a batch processor without keeping what it let go', () => {
    const exporter = { export() {}, shutdown: () => Promise.resolve() };
    const tail = new TailSamplingProcessor(new BatchSpanProcessor(exporter), { ratio: 0 });
    const { tracer, recorder, close } = createTestTracing({ spanProcessors: [tail] });
    for (let i = 0; i < 5000; i++) tracer.startSpan('good').end();
    expect(tail.counts).toMatchObject({ dropped: { tail_not_kept: 5000 }, queued: 0 });
    recorder.takeSpans();
    close();
  });
});
