import { describe, expect, it } from '@jest/globals';
import { type Span, type SpanContext, trace } from '@opentelemetry/api';
import { LocalSpan, TracingContext } from '../../../lib/context/index.js';
import { sendableSpanContext } from '../../../lib/propagation/sendable.js';

const valid: SpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

describe('sendableSpanContext', () => {
  it('is the span context of the active span', () => {
    const context = trace.setSpanContext(TracingContext.ROOT, valid);
    expect(sendableSpanContext(context)).toBe(valid);
    expect(sendableSpanContext(TracingContext.ROOT)).toBeUndefined();
  });

  it('looks at every digit of foreign spans only', () => {
    const odd = { ...valid, traceId: 'x'.repeat(32) };
    expect(sendableSpanContext(trace.setSpanContext(TracingContext.ROOT, odd))).toBeUndefined();
    const own = Object.create(LocalSpan.prototype, {
      isUnsampledForAll: { value: false },
      spanContext: { value: () => odd },
    }) as Span;
    expect(sendableSpanContext(TracingContext.ROOT.withSpan(own))).toBe(odd);
  });

  it.each([{ traceId: '0'.repeat(32) }, { spanId: '0'.repeat(16) }, { traceId: 'a' }])(
    'lets nothing out of its own spans either with %j',
    (wrong) => {
      const own = {
        isUnsampledForAll: false,
        spanContext: () => ({ ...valid, ...wrong }),
      } as unknown as Span;
      expect(sendableSpanContext(TracingContext.ROOT.withSpan(own))).toBeUndefined();
    },
  );
});
