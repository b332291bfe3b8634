import { afterEach, describe, expect, it } from '@jest/globals';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator as StockPropagator } from '@opentelemetry/core';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import type { Tracing } from '../../../lib/assembly/tracing.js';
import { SpanRecorder, traceAsText } from '../../../lib/testing/index.js';

const running: Tracing[] = [];
const warnings: string[] = [];

function start(registerGlobally?: boolean): { tracing: Tracing; recorder: SpanRecorder } {
  const recorder = new SpanRecorder();
  const logger = { warn: (message: string) => warnings.push(message) };
  const tracing = createTracing({ spanProcessors: [recorder], logger, registerGlobally });
  running.push(tracing);
  return { tracing, recorder };
}

afterEach(async () => {
  for (const tracing of running.splice(0)) await tracing.shutdown();
  warnings.length = 0;
  trace.disable();
  context.disable();
  propagation.disable();
});

/** A library that knows nothing but the API. */
function libraryWork(): void {
  trace.getTracer('a-library', '2.0.0').startActiveSpan('library work', (span) => span.end());
}

describe('registerGlobally', () => {
  it('lets a library span join the running trace', () => {
    const { tracing, recorder } = start();
    tracing.tracer.trace('application work', libraryWork);
    const [library, application] = recorder.takeSpans();
    expect(library?.name).toBe('library work');
    expect(library?.instrumentationScope).toEqual({ name: 'a-library', version: '2.0.0' });
    expect(library?.parentSpanContext?.spanId).toBe(application?.spanContext().spanId);
  });

  it('shows our context and our propagator to users of the API', () => {
    const { tracing } = start();
    tracing.tracer.trace('work', (span) => {
      expect(trace.getActiveSpan()).toBe(span);
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      expect(carrier.traceparent).toContain(span.spanContext().spanId);
    });
    expect(context.with(trace.deleteSpan(ROOT_CONTEXT), () => tracing.tracer.activeSpan)).toBe(
      undefined,
    );
  });

  it('is undone on shutdown', async () => {
    const { tracing, recorder } = start();
    await tracing.shutdown();
    libraryWork();
    expect(recorder.takeSpans()).toEqual([]);
    expect(propagation.fields()).toEqual([]);
  });

  it('goes to the first application, and to the next one when that is shut down', async () => {
    const first = start();
    const second = start();
    libraryWork();
    expect(first.recorder.takeSpans()).toHaveLength(1);
    await first.tracing.shutdown();
    libraryWork();
    expect(second.recorder.takeSpans()).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('stays where it is when a later application is shut down', async () => {
    const first = start();
    const second = start();
    await second.tracing.shutdown();
    libraryWork();
    expect(first.recorder.takeSpans()).toHaveLength(1);
  });

  it('can be declined', () => {
    const { recorder } = start(false);
    libraryWork();
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('leaves another SDK its place, says so, and takes nothing of it away', async () => {
    new NodeTracerProvider().register();
    const { tracing } = start();
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Another OpenTelemetry SDK.*\(trace, context, propagation\).*do not join.*tracerProvider: trace\.getTracerProvider\(\).*registerGlobally: false/,
      ),
    ]);
    tracing.tracer.trace('work', () => expect(trace.getActiveSpan()).toBe(undefined));
    await tracing.shutdown();
    expect(propagation.fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
  });

  it('leaves another propagator its place, and says so', async () => {
    propagation.setGlobalPropagator(new StockPropagator());
    const { tracing, recorder } = start();
    expect(warnings).toEqual([
      expect.stringMatching(/^Another propagator is registered.*option propagator/),
    ]);
    tracing.tracer.trace('application work', libraryWork);
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'application work\n  library work',
    );
    await tracing.shutdown();
    expect(propagation.fields()).toEqual(['traceparent', 'tracestate']);
  });

  it('shares a context manager that is registered alone', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const { tracing, recorder } = start();
    expect(warnings).toEqual([]);
    tracing.tracer.trace('application work', libraryWork);
    const text = () => traceAsText(recorder.takeSpans(), { attributes: false });
    expect(text()).toBe('application work\n  library work');
    await tracing.shutdown();
    context.with(ROOT_CONTEXT.setValue(Symbol.for('key'), 1), () => {
      expect(context.active().getValue(Symbol.for('key'))).toBe(1);
    });
    expect(text()).toBe('');
  });
});
