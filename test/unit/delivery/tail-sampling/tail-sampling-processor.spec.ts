import { afterEach, describe, expect, it } from '@jest/globals';
import { type Context, ROOT_CONTEXT, type Span, TraceFlags, trace } from '@opentelemetry/api';
import { BatchSpanProcessor } from '../../../../lib/delivery/index.js';
import type { TailSamplingOptions } from '../../../../lib/delivery/tail-sampling/tail-sampling-options.js';
import { TailSamplingProcessor } from '../../../../lib/delivery/tail-sampling/tail-sampling-processor.js';
import {
  ProbabilitySampler,
  type Sampler,
  SamplingDecision,
} from '../../../../lib/sampling/index.js';
import { createTestTracing, type TestTracing } from '../../../../lib/testing/index.js';
import type { PipelineCounts, SpanProcessor } from '../../../../lib/trace/index.js';
import {
  HeldExporter,
  ReadDiagnostics,
  ScriptedExporter,
} from '../../../support/exporter-doubles.js';
import { KeepingProcessor } from '../../../support/span-source.js';
import { until } from '../../../support/until.js';

interface Harness extends TestTracing {
  readonly next: KeepingProcessor;
  readonly tail: TailSamplingProcessor;
  readonly diagnostics: ReadDiagnostics;
  names(): string[];
  start(name: string, parent?: Span): Span;
}

const closes: (() => void)[] = [];

afterEach(() => {
  for (const close of closes.splice(0)) close();
});

/** Ids count from 1, so chance has none of them unless the ratio is 1. */
function harness(
  options: TailSamplingOptions = {},
  sampler: Sampler = new ProbabilitySampler(1),
): Harness {
  const next = new KeepingProcessor();
  const diagnostics = new ReadDiagnostics();
  const tail = new TailSamplingProcessor(next, { slowerThanMillis: 1000, diagnostics, ...options });
  const tracing = createTestTracing({ spanProcessors: [tail], sampler });
  closes.push(tracing.close);
  const start = (name: string, parent?: Span): Span =>
    tracing.tracer.startSpan(name, {}, parent === undefined ? ROOT_CONTEXT : below(parent));
  return {
    ...{ ...tracing, next, tail, diagnostics, start },
    names: () => next.ended.map(({ name }) => name),
  };
}

function below(parent: Span): Context {
  return trace.setSpan(ROOT_CONTEXT, parent);
}

function total({ exported, failed, dropped, queued }: PipelineCounts): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, exported + failed + queued);
}

describe('TailSamplingProcessor', () => {
  it('keeps a trace with an error, all of it, in the order in which its spans ended', () => {
    const { start, names, tail } = harness();
    const root = start('root');
    const failing = start('failing', root);
    start('below', failing).end();
    failing.setStatus({ code: 2 });
    failing.end();
    expect(names()).toEqual([]);
    expect(tail.counts).toEqual({ exported: 0, failed: 0, dropped: {}, queued: 2 });
    root.end();
    expect(names()).toEqual(['below', 'failing', 'root']);
    expect(tail.counts).toEqual({ exported: 3, failed: 0, dropped: {}, queued: 0 });
  });

  it('keeps a trace whose root is slow', () => {
    const { start, names, clock } = harness();
    const [slow, quick] = [start('slow'), start('quick')];
    start('in slow', slow).end();
    quick.end();
    clock.advance(1000);
    slow.end();
    expect(names()).toEqual(['in slow', 'slow']);
  });

  it('lets go what nothing speaks for', () => {
    const { start, names, tail } = harness();
    const root = start('root');
    start('child', root).end();
    root.end();
    expect(names()).toEqual([]);
    expect(tail.counts.dropped).toEqual({ tail_not_kept: 2 });
  });

  it('learns what is slow for a name', () => {
    const { start, names, clock } = harness({ slowerThanMillis: 'p99' });
    for (let i = 0; i < 250; i++) start('GET /orders').end();
    const root = start('GET /orders');
    clock.advance(50);
    root.end();
    expect(names()).toEqual(['GET /orders']);
  });

  it('lets errors go where they are not wanted', () => {
    const { start, names } = harness({ keepsErrors: false });
    start('root').setStatus({ code: 2 }).end();
    expect(names()).toEqual([]);
  });

  it('decides chance by the trace id, and says the threshold that both have passed', () => {
    const { start, next, clock } = harness({ ratio: 1 });
    start('by chance').end();
    expect(next.ended[0]?.traceState?.get('ot')).toBe('th:0');
    const half = harness({ ratio: 0.5 }, new ProbabilitySampler(1));
    const ids = { generateTraceId: () => 'f'.repeat(32), generateSpanId: () => 'e'.repeat(16) };
    const tracing = createTestTracing({
      spanProcessors: [half.tail],
      sampler: new ProbabilitySampler(1),
      idGenerator: ids,
      clock,
    });
    closes.push(tracing.close);
    const root = tracing.tracer.startSpan('by chance');
    root.end();
    expect(half.next.ended[0]?.traceState?.get('ot')).toBe('th:8');
    expect(root.spanContext().traceState?.get('ot')).toBe('th:0');
    tracing.recorder.takeSpans();
  });

  it('does not touch the threshold of what was kept for failing', () => {
    const { start, next } = harness({ ratio: 0.5 });
    start('root').setStatus({ code: 2 }).end();
    expect(next.ended[0]?.traceState?.get('ot')).toBe('th:0');
  });

  it('takes a span with a parent in another process for a local root', () => {
    const { start, tracer, names } = harness();
    const remote = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
      isRemote: true,
    };
    const open = start('open');
    const context = trace.setSpanContext(ROOT_CONTEXT, remote);
    tracer.startSpan('entry', {}, context).setStatus({ code: 2 }).end();
    expect(names()).toEqual(['entry']);
    open.end();
  });

  it('decides two local roots of one trace apart, but keeps the second if it kept the first', () => {
    const { tracer, next, tail } = harness();
    const remote = { traceId: 'a'.repeat(31).concat('0'), spanId: 'b'.repeat(16), traceFlags: 1 };
    const traceState = { traceState: undefined, isRemote: true };
    const context = trace.setSpanContext(ROOT_CONTEXT, { ...remote, ...traceState });
    const open = tracer.startSpan('first', {}, context);
    const child = tracer.startSpan('child of first', {}, below(open));
    tracer.startSpan('second', {}, context).end();
    expect(tail.counts.dropped).toEqual({ tail_not_kept: 1 });
    child.setStatus({ code: 2 });
    child.end();
    open.end();
    tracer.startSpan('third', {}, context).end();
    const kept = next.ended.map(({ name }) => name);
    expect(kept).toEqual(['child of first', 'first', 'third']);
  });

  it('has late spans follow the decision', () => {
    const { start, names, tail } = harness();
    const [good, bad] = [start('good'), start('bad')];
    const [lateGood, lateBad] = [start('late good', good), start('late bad', bad)];
    good.end();
    bad.setStatus({ code: 2 });
    bad.end();
    lateGood.setStatus({ code: 2 });
    lateGood.end();
    lateBad.end();
    start('later good', good).end();
    start('later bad', bad).end();
    expect(names()).toEqual(['bad', 'late bad', 'later bad']);
    expect(tail.counts.dropped).toEqual({ tail_not_kept: 1, tail_late: 2 });
  });

  it('takes for a trace of its own what it remembers nothing of', () => {
    const { start, names, tail } = harness({ maxDecisions: 1 });
    const forgotten = start('forgotten');
    forgotten.end();
    start('other').end();
    const bad = start('bad', forgotten);
    start('below bad', bad).end();
    bad.setStatus({ code: 2 });
    bad.end();
    expect(names()).toEqual(['below bad', 'bad']);
    expect(total(tail.counts)).toBe(4);
  });

  it('evicts the oldest trace when too many spans wait', () => {
    const { start, names, tail, diagnostics } = harness({ maxSpans: 2 });
    const [first, second] = [start('first'), start('second')];
    start('in first', first).end();
    start('failed in second', second).setStatus({ code: 2 }).end();
    start('also in second', second).end();
    expect(tail.counts).toMatchObject({ dropped: { tail_evicted: 1 }, queued: 2 });
    first.end();
    second.end();
    expect(tail.counts).toEqual({
      exported: 3,
      failed: 0,
      dropped: { tail_evicted: 1, tail_late: 1 },
      queued: 0,
    });
    expect(names()).toEqual(['failed in second', 'also in second', 'second']);
    expect(diagnostics.lines).toEqual([
      'Tail sampling has no room left, so a trace was decided before its end; raise maxSpans or maxBytes',
    ]);
  });

  it('lets a span that is larger than all its room cost its own trace only', () => {
    const { start, tail } = harness({ maxBytes: 2000 });
    const [first, second] = [start('first'), start('second')];
    start('in first', first).end();
    start('huge', second).setAttribute('text', 'x'.repeat(3000)).end();
    expect(tail.counts).toMatchObject({ dropped: { tail_evicted: 1 }, queued: 1 });
    first.end();
    second.end();
  });

  it('bounds the traces that are open, not only the spans that wait', () => {
    const { start, tail } = harness({ maxSpans: 3 });
    const open = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => start(`open ${n}`));
    for (const span of open) span.end();
    expect(tail.counts.dropped).toEqual({ tail_late: 6, tail_not_kept: 3 });
  });

  it('decides a trace whose root does not end in time', async () => {
    const { start, tail } = harness({ timeoutMillis: 5 });
    const root = start('root');
    start('child', root).end();
    expect(tail.counts.queued).toBe(1);
    await until(
      () => tail.counts.queued === 0,
      () => tail.counts,
    );
    expect(tail.counts.dropped).toEqual({ tail_timeout: 1 });
    root.setStatus({ code: 2 });
    root.end();
    expect(tail.counts.dropped).toEqual({ tail_timeout: 1, tail_late: 1 });
  });

  it('takes the age of a root that does not end for its duration', async () => {
    const { start, names, tail } = harness({ timeoutMillis: 5, slowerThanMillis: 1 });
    const root = start('root');
    start('child', root).end();
    await until(
      () => tail.counts.queued === 0,
      () => tail.counts,
    );
    expect(names()).toEqual(['child']);
    root.end();
  });

  it('decides what waits when it is flushed and when it is shut down', async () => {
    const { start, tail } = harness();
    const [first, second] = [start('first'), start('second')];
    start('in first', first).end();
    await tail.forceFlush();
    expect(tail.counts).toMatchObject({ dropped: { tail_flushed: 1 }, queued: 0 });
    start('in second', second).setStatus({ code: 2 }).end();
    await tail.shutdown();
    await tail.shutdown();
    first.end();
    second.end();
    expect(tail.counts).toEqual({
      exported: 3,
      failed: 0,
      dropped: { tail_flushed: 1 },
      queued: 0,
    });
  });

  it('hands on at once what is recorded but not sampled, and heeds its failure', () => {
    const recordOnly = { decision: SamplingDecision.RECORD };
    const sampled = { decision: SamplingDecision.RECORD_AND_SAMPLED };
    const sampler: Sampler = {
      shouldSample: (_context, _id, name) => (name === 'sampled' ? sampled : recordOnly),
    };
    const { start, names, next } = harness({}, sampler);
    const root = start('root');
    const child = start('sampled', root);
    child.end();
    root.setStatus({ code: 2 });
    root.end();
    expect(names()).toEqual(['root', 'sampled']);
    expect(next.ended.map(({ traceFlags }) => traceFlags & TraceFlags.SAMPLED)).toEqual([0, 1]);
  });

  it('survives a processor that throws, and goes on with the rest of the trace', () => {
    const heard: string[] = [];
    const throwing: SpanProcessor = Object.assign(new KeepingProcessor(), {
      onEnd: ({ name }: { name: string }) => {
        heard.push(name);
        throw new Error('out of order');
      },
    });
    const diagnostics = new ReadDiagnostics();
    const tail = new TailSamplingProcessor(throwing, { ratio: 1, diagnostics });
    const { tracer, recorder, close } = createTestTracing({ spanProcessors: [tail] });
    closes.push(close);
    tracer.trace('root', () => tracer.trace('child', () => undefined));
    expect(heard).toEqual(['child', 'root']);
    expect(diagnostics.lines).toEqual(['A span processor threw: Error: out of order']);
    recorder.takeSpans();
  });

  it('counts together with the processor behind it, at any moment', async () => {
    const exporter = new HeldExporter();
    const diagnostics = new ReadDiagnostics();
    const batch = new BatchSpanProcessor(exporter, { maxQueueSize: 2, diagnostics });
    const tail = new TailSamplingProcessor(batch, { slowerThanMillis: 1e9, diagnostics });
    const { tracer, recorder, close, provider } = createTestTracing({ spanProcessors: [tail] });
    closes.push(close);
    const addsUp = (): void => expect(total(tail.counts)).toBe(provider.core.endedCount);
    for (let i = 0; i < 4; i++) {
      tracer.trace(`good ${i}`, () => undefined);
      addsUp();
      tracer.trace(`bad ${i}`, (span) => {
        tracer.trace('child', () => undefined);
        addsUp();
        span.setStatus({ code: 2 });
      });
      addsUp();
    }
    expect(tail.counts).toEqual({
      exported: 0,
      failed: 0,
      dropped: { tail_not_kept: 4, queue_full: 6 },
      queued: 2,
    });
    const flushed = tail.forceFlush();
    await until(
      () => exporter.underWay === 1,
      () => exporter.names,
    );
    exporter.release();
    await flushed;
    addsUp();
    expect(tail.counts.exported).toBe(2);
    recorder.takeSpans();
    await tail.shutdown();
  });

  it('adds up whatever spans do', async () => {
    let seed = 20_240_506;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const diagnostics = new ReadDiagnostics();
    const batch = new BatchSpanProcessor(new ScriptedExporter(), { maxQueueSize: 50, diagnostics });
    const bounds = { maxSpans: 20, maxBytes: 15_000, maxDecisions: 10, diagnostics };
    const tail = new TailSamplingProcessor(batch, { ratio: 0.3, ...bounds });
    const { tracer, recorder, close, provider } = createTestTracing({ spanProcessors: [tail] });
    closes.push(close);
    const spans: Span[] = [];
    for (let step = 0; step < 5000; step++) {
      const parent = spans[random(spans.length + 1)];
      const context = parent === undefined ? ROOT_CONTEXT : below(parent);
      if (random(2) === 0) spans.push(tracer.startSpan(`span ${step}`, {}, context));
      const ending = spans[random(spans.length)];
      if (ending?.isRecording() && random(3) > 0) {
        if (random(10) === 0) ending.setStatus({ code: 2 });
        ending.end();
      }
      if (spans.length > 60) spans.splice(0, 20);
      if (step % 1000 === 999) await tail.forceFlush();
      expect(total(tail.counts)).toBe(provider.core.endedCount);
    }
    await tail.shutdown();
    expect(total(tail.counts)).toBe(provider.core.endedCount);
    expect(tail.counts.queued).toBe(0);
    expect(tail.counts.exported).toBeGreaterThan(0);
    recorder.takeSpans();
  });

  it('hands onStart on, and onEnding where it is wanted', () => {
    const heard: string[] = [];
    const listening = Object.assign(new KeepingProcessor(), {
      onStart: () => heard.push('onStart'),
      onEnding: () => heard.push('onEnding'),
    });
    const tail = new TailSamplingProcessor(listening);
    const { tracer, recorder, close } = createTestTracing({ spanProcessors: [tail] });
    closes.push(close);
    tracer.startSpan('work').end();
    expect(heard).toEqual(['onStart', 'onEnding']);
    expect(new TailSamplingProcessor(new KeepingProcessor()).onEnding).toBeUndefined();
    recorder.takeSpans();
  });

  it('refuses what is no span processor', () => {
    expect(() => new TailSamplingProcessor(new ScriptedExporter() as never)).toThrow(
      'The processor behind TailSamplingProcessor must have the methods',
    );
  });
});
