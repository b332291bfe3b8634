import { describe, expect, it } from '@jest/globals';
import { defaultTextMapGetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { createTestTracing } from '../../../lib/testing/index.js';
import { createTestOptions } from '../../../lib/testing/test-options.js';

const PARENT = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';

function extract(flags: string) {
  const headers = { traceparent: `00-${PARENT}-${flags}` };
  return createTestOptions({}).options.propagator.extract(
    ROOT_CONTEXT,
    headers,
    defaultTextMapGetter,
  );
}

describe('createTestOptions', () => {
  it('makes options with parts that no other tracing has', () => {
    const [one, other] = [createTestOptions({}), createTestOptions({})];
    expect(one.recorder).not.toBe(other.recorder);
    expect(one.clock.now()).toBe(0);
    expect(other.clock.now()).toBe(0);
    one.options.logger.warn('one only');
    expect([one.warnings, other.warnings]).toEqual([['one only'], []]);
  });

  it('carries W3C trace context', () => {
    expect(trace.getSpanContext(extract('01'))).toMatchObject({
      traceId: PARENT.split('-')[0],
      spanId: PARENT.split('-')[1],
    });
  });

  it('records every trace, unless the caller decided otherwise', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.startSpan('sampled', {}, extract('01')).end();
    tracer.startSpan('not sampled', {}, extract('00')).end();
    expect(recorder.takeSpans().map(({ name }) => name)).toEqual(['sampled']);
  });
});
