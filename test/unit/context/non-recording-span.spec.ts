import { describe, expect, it } from '@jest/globals';
import { INVALID_SPAN_CONTEXT, type SpanContext } from '@opentelemetry/api';
import { isLocalSpan, NonRecordingSpan } from '../../../lib/context/index.js';

class Nothing extends NonRecordingSpan {
  spanContext(): SpanContext {
    return INVALID_SPAN_CONTEXT;
  }
}

describe('NonRecordingSpan', () => {
  it('takes all calls without effect, and is returned by those that can be chained', () => {
    const span = new Nothing();
    const before = JSON.stringify(span);
    for (const chained of [
      span.setAttribute(),
      span.setAttributes(),
      span.addEvent(),
      span.addLink(),
      span.addLinks(),
      span.setStatus(),
      span.updateName(),
    ]) {
      expect(chained).toBe(span);
    }
    span.recordException();
    span.end();
    expect(span.isRecording()).toBe(false);
    expect(JSON.stringify(span)).toBe(before);
  });

  it('belongs to no tracer by itself', () => {
    expect(isLocalSpan(new Nothing())).toBe(false);
  });
});
