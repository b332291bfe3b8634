import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { Tracer } from '../../../lib/trace/index.js';
import { VERSION } from '../../../lib/version.js';

describe('TracerProvider', () => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  it('makes spans of the application in the name of this library', () => {
    tracing.provider.tracer.trace('work', () => {});
    expect(tracing.recorder.takeSpan().instrumentationScope).toEqual({
      name: 'nestjs-traced',
      version: VERSION,
    });
  });

  it.each([
    [['pg'], { name: 'pg' }],
    [['pg', '1.2'], { name: 'pg', version: '1.2' }],
    [
      ['pg', undefined, { schemaUrl: 'https://schema' }],
      { name: 'pg', schemaUrl: 'https://schema' },
    ],
    [[''], { name: '' }],
  ] as [[string, string?, { schemaUrl?: string }?], object][])(
    'hands out a tracer in the name of the library %p',
    (args, scope) => {
      const tracer = tracing.provider.getTracer(...args);
      tracer.startSpan('query').end();
      expect(tracer).toBeInstanceOf(Tracer);
      expect(tracing.recorder.takeSpan().instrumentationScope).toEqual(scope);
    },
  );

  it('hands out the same tracer for the same name, version and schema', () => {
    const { provider } = tracing;
    expect(provider.getTracer('pg', '1')).toBe(provider.getTracer('pg', '1'));
    const different = [
      provider.getTracer('pg'),
      provider.getTracer('pg', '1'),
      provider.getTracer('pg', '2'),
      provider.getTracer('pg', '1', { schemaUrl: 'a' }),
      provider.getTracer('pg', '1', { schemaUrl: 'b' }),
      provider.getTracer('pg","1'),
    ];
    expect(new Set(different).size).toBe(different.length);
  });

  it('puts the spans of all its tracers into one trace', () => {
    const library = tracing.provider.getTracer('pg');
    tracing.tracer.trace('work', () => library.startActiveSpan('query', (span) => span.end()));
    expect(traceAsText(tracing.recorder.takeSpans())).toBe('work\n  query');
  });
});
