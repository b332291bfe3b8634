import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  TRACING_OPTIONS,
  Traced,
  Tracer,
  TracingModule,
} from '../../../lib/index.js';
import {
  dedent,
  SpanRecorder,
  testTracingOptions,
  traceAsText,
} from '../../../lib/testing/index.js';

@Injectable()
class OrdersService {
  constructor(private readonly tracer: Tracer) {}

  @Traced()
  place(): string {
    return this.tracer.trace('reserve stock', (span) => span.spanContext().traceId);
  }
}

@Module({ imports: [TracingModule.forRoot()], providers: [OrdersService] })
class AppModule {}

async function start(options: object) {
  const testingModule = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(TRACING_OPTIONS)
    .useValue(options)
    .compile();
  await testingModule.init();
  return testingModule;
}

describe('testTracingOptions', () => {
  it('sends the spans of a Nest application to a recorder, with given times and ids', async () => {
    const { options, recorder, clock, warnings } = testTracingOptions();
    const app = await start(options);
    expect(app.get(OrdersService).place()).toBe('00000000000000000000000000000001');
    const [, place] = recorder.spans;
    expect(place?.startTime).toEqual([clock.originEpochMillis() / 1000, 0]);
    expect(place?.resource.attributes['service.name']).toBe('test');
    expect(traceAsText(recorder.takeTrace(), { attributes: false })).toBe(dedent`
      OrdersService.place
        reserve stock
    `);
    await app.close();
    recorder.verify();
    expect(warnings).toEqual([]);
  });

  it('leaves the process’s registration with the API alone', async () => {
    const { options } = testTracingOptions();
    const app = await start(options);
    const foreign = trace.getTracer('some library').startSpan('work', {}, ROOT_CONTEXT);
    expect(foreign.isRecording()).toBe(false);
    await app.close();
  });

  it('takes other options, and other processors after the recorder', async () => {
    const second = new SpanRecorder();
    const { options, recorder } = testTracingOptions({
      serviceName: 'orders',
      spanProcessors: [second],
    });
    const app = await start(options);
    app.get(OrdersService).place();
    expect(second.takeSpans()).toEqual(recorder.takeSpans());
    expect(recorder.spans[0]?.resource.attributes['service.name']).toBe('orders');
    await app.close();
  });

  it('takes another sampler', async () => {
    const { options, recorder } = testTracingOptions({ sampler: new AlwaysOffSampler() });
    const app = await start(options);
    app.get(OrdersService).place();
    expect(recorder.spans).toEqual([]);
    await app.close();
  });

  it('is not switched off by the environment', async () => {
    const before = process.env.OTEL_SDK_DISABLED;
    process.env.OTEL_SDK_DISABLED = 'true';
    try {
      const { options, recorder } = testTracingOptions();
      const app = await start(options);
      app.get(OrdersService).place();
      expect(recorder.takeSpans()).toHaveLength(2);
      await app.close();
    } finally {
      if (before === undefined) delete process.env.OTEL_SDK_DISABLED;
      else process.env.OTEL_SDK_DISABLED = before;
    }
  });

  it('collects what the library reports', async () => {
    const { options, recorder, warnings } = testTracingOptions();
    const app = await start(options);
    const span = app.get(Tracer).startSpan('work');
    span.end();
    span.end();
    expect(warnings).toHaveLength(1);
    expect(recorder.takeSpans()).toHaveLength(1);
    await app.close();
  });
});
