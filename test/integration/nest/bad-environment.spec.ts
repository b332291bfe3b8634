import { afterEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { InMemorySpanExporter, Tracer, TracingModule } from 'nestjs-traced';

const BAD: Record<string, string> = {
  OTEL_TRACES_SAMPLER: 'parentbased_dice',
  OTEL_TRACES_SAMPLER_ARG: 'endpoint=http://localhost:14250',
  OTEL_PROPAGATORS: 'smoke_signals',
  OTEL_TRACES_EXPORTER: 'carrier-pigeon',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'Authorization: Bearer s3cret=',
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '-1',
  OTEL_SDK_DISABLED: 'no',
};

afterEach(() => {
  for (const variable of Object.keys(BAD)) delete process.env[variable];
});

describe('an environment with values that cannot be used', () => {
  it('lets the application run with the defaults, and is reported once', async () => {
    Object.assign(process.env, BAD);
    const warnings: string[] = [];
    const exporter = new InMemorySpanExporter();
    const logger = { warn: (message: string) => warnings.push(message) };
    const imports = [TracingModule.forRoot({ registerGlobally: false, exporter, logger })];
    const module = await Test.createTestingModule({ imports }).compile();
    await module.init();
    const tracer = module.get(Tracer);
    tracer.startSpan('work', { attributes: { a: 1 } }).end();
    expect(exporter.getFinishedSpans()).toMatchObject([{ name: 'work', attributes: { a: 1 } }]);
    expect(String(tracer.core.sampler)).toMatch(/^ParentBased\{root=AlwaysOnSampler/);
    expect(tracer.propagator.fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
    await module.close();
    const named = warnings.map((warning) => /OTEL_[A-Z_]+/.exec(warning)?.[0]);
    // The argument is not read for a sampler that is not known.
    const reported = Object.keys(BAD).filter((name) => name !== 'OTEL_TRACES_SAMPLER_ARG');
    expect(named.sort()).toEqual(reported.sort());
    expect(warnings.join('\n')).not.toContain('s3cret');
  });
});
