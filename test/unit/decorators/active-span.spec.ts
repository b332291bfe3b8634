import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { activeSpan } from '../../../lib/decorators/active-span.js';
import { createTestTracing } from '../../../lib/testing/index.js';

describe('activeSpan', () => {
  it('is the span of the active context', () => {
    const { tracer, recorder, close } = createTestTracing();
    const span = tracer.startSpan('work');
    contextStorage.run(contextStorage.active().withSpan(span), () => {
      expect(activeSpan()).toBe(span);
    });
    span.end();
    close();
    expect(recorder.takeSpan()).toBe(span);
  });

  it('records nothing outside any operation', () => {
    expect(activeSpan().isRecording()).toBe(false);
    expect(activeSpan().setAttribute('order.id', 'A-1').spanContext().traceFlags).toBe(0);
  });
});
