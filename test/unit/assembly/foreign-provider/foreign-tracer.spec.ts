import { afterEach, describe, expect, it } from '@jest/globals';
import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type TracerConfig,
} from '@opentelemetry/sdk-trace-base';
import { createTracing } from '../../../../lib/assembly/create-tracing.js';
import { ForeignTracer } from '../../../../lib/assembly/foreign-provider/foreign-tracer.js';
import type { StandaloneTracingOptions, Tracing } from '../../../../lib/assembly/index.js';
import { withBaggage } from '../../../../lib/baggage/index.js';
import { contextStorage } from '../../../../lib/context/index.js';
import { traceAsText } from '../../../../lib/testing/index.js';

const warnings: string[] = [];
const running: Tracing[] = [];
const exporter = new InMemorySpanExporter();

function start(config: TracerConfig = {}, options: StandaloneTracingOptions = {}): Tracing {
  const tracing = createTracing({
    tracerProvider: new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
      ...config,
    }),
    registerGlobally: false,
    logger: { warn: (message) => warnings.push(message) },
    ...options,
  });
  running.push(tracing);
  return tracing;
}

afterEach(async () => {
  for (const tracing of running.splice(0)) await tracing.shutdown();
  warnings.length = 0;
  exporter.reset();
});

function taken(): string {
  const text = traceAsText(exporter.getFinishedSpans() as never, { attributes: true });
  exporter.reset();
  return text;
}

describe('a tracer on another provider', () => {
  it('is the tracer that is injected, with the scope of the library', () => {
    const { tracer, provider } = start();
    expect(tracer).toBeInstanceOf(ForeignTracer);
    tracer.startSpan('ours').end();
    provider.getTracer('jobs', '1.0.0', { schemaUrl: 'https://schema' }).startSpan('theirs').end();
    const scopes = exporter.getFinishedSpans().map((span) => span.instrumentationScope);
    expect(scopes).toMatchObject([
      { name: 'nestjs-traced' },
      { name: 'jobs', version: '1.0.0', schemaUrl: 'https://schema' },
    ]);
  });

  it('makes children, roots, and children in a given context', () => {
    const { tracer } = start();
    tracer.trace('parent', (parent) => {
      tracer.startSpan('child').end();
      tracer.startActiveSpan('active', (span) => span.end());
      tracer.startSpan('root', { root: true }).end();
      const given = trace.setSpan(ROOT_CONTEXT, parent);
      tracer.startSpan('given', {}, given).end();
    });
    expect(taken()).toBe('parent\n  child\n  active\n  given\n\nroot');
  });

  it("passes the parent of the provider's own class to its processors", () => {
    const parents: (string | undefined)[] = [];
    const { tracer } = start({
      spanProcessors: [
        {
          onStart: (_: unknown, context: Context) =>
            void parents.push(trace.getSpan(context)?.constructor.name),
          onEnd() {},
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    tracer.trace('parent', () => tracer.startSpan('child').end());
    expect(parents).toEqual([undefined, 'SpanImpl']);
  });

  it('starts nothing while tracing is suppressed', () => {
    const { tracer } = start();
    contextStorage.runSuppressed(() => tracer.trace('work', () => undefined));
    expect(taken()).toBe('');
  });

  it('continues without a span if the provider throws', () => {
    const { tracer } = start({
      sampler: {
        shouldSample() {
          throw new Error('no decision');
        },
      },
    });
    expect(tracer.trace('work', () => tracer.trace('inner', () => 7))).toBe(7);
    expect(warnings).toEqual([
      expect.stringMatching(/^tracerProvider threw; a span is not recorded.*no decision/),
    ]);
  });

  it('counts spans, and has no pipelines of its own', async () => {
    const tracing = start();
    const open = tracing.tracer.startSpan('open');
    tracing.tracer.startSpan('ended').end();
    expect(tracing.statistics.counts()).toMatchObject({
      started: 2,
      ended: 1,
      live: 1,
      pipelines: [],
      lost: 0,
    });
    open.end();
  });

  it('copies baggage onto spans, and lists open spans', () => {
    const tracing = start({}, { baggage: { spanAttributes: ['tenant'] }, inFlight: true });
    withBaggage({ tenant: 'acme' }, () => {
      const span = tracing.tracer.startSpan('work');
      expect(tracing.statistics.spansInFlight()).toMatchObject([
        { name: 'work', spanId: span.spanContext().spanId },
      ]);
      span.end();
    });
    expect(tracing.statistics.spansInFlight()).toEqual([]);
    expect(taken()).toBe('work tenant=acme');
  });

  it('is an ordinary tracer while tracing is switched off', () => {
    const { tracer } = start({}, { enabled: false });
    expect(tracer).not.toBeInstanceOf(ForeignTracer);
    tracer.trace('work', () => undefined);
    expect(taken()).toBe('');
  });

  it('leaves secrets as they are if redaction is switched off', () => {
    const { tracer } = start({}, { redaction: false });
    tracer.startSpan('login', { attributes: { password: 'hunter2' } }).end();
    expect(taken()).toBe('login password=hunter2');
  });
});
