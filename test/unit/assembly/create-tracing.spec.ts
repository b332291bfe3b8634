import { afterEach, describe, expect, it } from '@jest/globals';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import type { Tracing } from '../../../lib/assembly/tracing.js';
import { currentTracer } from '../../../lib/context/index.js';
import { BatchSpanProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { InMemorySpanExporter, NoopSpanExporter } from '../../../lib/export/index.js';
import { W3CBaggagePropagator } from '../../../lib/propagation/index.js';
import { SpanRecorder } from '../../../lib/testing/index.js';

const saved = { ...process.env };
let tracing: Tracing | undefined;

afterEach(async () => {
  await tracing?.shutdown();
  process.env = { ...saved };
});

describe('createTracing', () => {
  it('runs at once, and delivers what has ended on shutdown', async () => {
    const exporter = new InMemorySpanExporter();
    tracing = createTracing({ serviceName: 'nightly', exporter });
    tracing.tracer.trace('import', () => undefined);
    const names = exporter.getFinishedSpans().map(({ name }) => name);
    await tracing.shutdown();
    expect(names).toEqual(['import']);
    expect(tracing.statistics.counts()).toMatchObject({ started: 1, ended: 1, lost: 0 });
  });

  it('is found by what nothing is injected into, while it runs', async () => {
    tracing = createTracing({ exporter: new NoopSpanExporter() });
    expect(currentTracer()).toBe(tracing.tracer);
    await tracing.shutdown();
    expect(currentTracer()).toBeUndefined();
  });

  it('takes options before the environment, and the environment before defaults', () => {
    process.env.OTEL_SERVICE_NAME = 'from-environment';
    process.env.OTEL_RESOURCE_ATTRIBUTES = 'team=a,region=eu,service.name=ignored';
    process.env.OTEL_TRACES_SAMPLER = 'always_off';
    process.env.OTEL_SPAN_LINK_COUNT_LIMIT = '3';
    const exporter = new NoopSpanExporter();
    tracing = createTracing({ exporter, resourceAttributes: { team: 'b' } });
    expect(tracing.resource.attributes).toMatchObject({
      'service.name': 'from-environment',
      team: 'b',
      region: 'eu',
    });
    expect(String(tracing.sampler)).toBe('AlwaysOffSampler');
    expect(tracing.provider.core.spanLimits.linkCountLimit).toBe(3);

    const named = createTracing({
      exporter,
      serviceName: 'from-option',
      spanLimits: { linkCountLimit: 4 },
      registerGlobally: false,
    });
    expect(named.resource.attributes['service.name']).toBe('from-option');
    expect(named.provider.core.spanLimits.linkCountLimit).toBe(4);
    return named.shutdown();
  });

  it('takes the service name of the resource attributes where nothing else gives one', () => {
    process.env.OTEL_RESOURCE_ATTRIBUTES = 'service.name=from-attributes';
    tracing = createTracing({ exporter: new NoopSpanExporter() });
    expect(tracing.resource.attributes['service.name']).toBe('from-attributes');
  });

  it('feeds span processors only, where these are all that is given', () => {
    const recorder = new SpanRecorder();
    tracing = createTracing({ spanProcessors: [recorder] });
    expect(tracing.exporter).toBeUndefined();
    expect(tracing.spanProcessors).toEqual([recorder]);
  });

  it('is off where OTEL_SDK_DISABLED says so, unless an option says on', async () => {
    process.env.OTEL_SDK_DISABLED = 'true';
    const recorder = new SpanRecorder();
    tracing = createTracing({ spanProcessors: [recorder] });
    tracing.tracer.trace('unseen', (span) => expect(span.isRecording()).toBe(false));
    expect(tracing.isEnabled).toBe(false);
    expect(currentTracer()).toBe(tracing.tracer);
    await tracing.shutdown();

    tracing = createTracing({ spanProcessors: [recorder], enabled: true });
    tracing.tracer.trace('seen', () => undefined);
    expect(recorder.takeSpans().map(({ name }) => name)).toEqual(['seen']);
  });

  it('guards a propagator that is given by one that does not throw', () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    tracing = createTracing({
      exporter: new NoopSpanExporter(),
      propagator: { inject: fail, extract: fail, fields: () => [] },
      logger: { warn() {} },
    });
    const { propagator, tracer } = tracing;
    const inject = () => propagator.inject(tracer.startSpan('x') as never, {}, { set() {} });
    expect(inject).not.toThrow();
    expect(tracing.diagnostics.counts()).toEqual({ 'Object could not inject': 1 });
  });

  it('uses a composite propagator as it is, and puts another into one', () => {
    tracing = createTracing({ exporter: new NoopSpanExporter() });
    expect(tracing.propagator.fields()).toContain('traceparent');
    const other = createTracing({
      exporter: new NoopSpanExporter(),
      propagator: new W3CBaggagePropagator(),
      registerGlobally: false,
    });
    expect(other.propagator.fields()).toEqual(['baggage']);
    return other.shutdown();
  });

  it('can be shut down twice and at once', async () => {
    const calls: string[] = [];
    const exporter = {
      export() {},
      forceFlush: async () => void calls.push('flush'),
      shutdown: async () => void calls.push('shutdown'),
    };
    tracing = createTracing({ exporter });
    await Promise.all([tracing.shutdown(), tracing.shutdown()]);
    await tracing.shutdown();
    // Instances belong to the user: they are flushed and stay usable.
    expect(calls).toEqual(['flush']);
  });

  it('says which spans have no outcome when a processor of the user is too slow at the shutdown', async () => {
    const lines: string[] = [];
    const processor = new BatchSpanProcessor(
      { export() {}, shutdown: async () => {} },
      { shutdownTimeoutMillis: 20, diagnostics: new Diagnostics({ warn() {} }) },
    );
    tracing = createTracing({
      spanProcessors: [processor],
      shutdownTimeoutMillis: 20,
      logger: { warn: (line) => lines.push(line) },
    });
    tracing.tracer.startSpan('waits').end();
    tracing.tracer.startSpan('goes on');
    await tracing.shutdown();
    expect(lines).toEqual([
      'Tracing did not shut down within 20 ms; 1 span is not delivered yet. Check the exporter, or raise shutdownTimeoutMillis.',
      '1 span is still open after the shutdown and will not be exported: their work had not ended when the application was closed.',
    ]);
    await processor.shutdown();
  });

  it('flushes what waits', async () => {
    const delivered: string[] = [];
    tracing = createTracing({
      exporter: {
        export(spans, done) {
          delivered.push(...spans.map(({ name }) => name));
          done({ code: 0 });
        },
        shutdown: async () => {},
      },
    });
    tracing.tracer.startSpan('waiting').end();
    expect(delivered).toEqual([]);
    await tracing.forceFlush();
    expect(delivered).toEqual(['waiting']);
  });
});
