import { describe, expect, it } from '@jest/globals';
import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { RemoteSpan } from '../../../lib/context/index.js';

const CONTEXT = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
};

describe('RemoteSpan', () => {
  it('has the context of the caller', () => {
    expect(new RemoteSpan(CONTEXT).spanContext()).toBe(CONTEXT);
  });

  it('records nothing', () => {
    const span: Span = new RemoteSpan(CONTEXT);
    expect(span.isRecording()).toBe(false);
    const changed = span
      .setAttribute('key', 1)
      .setAttributes({ key: 2 })
      .addEvent('event')
      .addLink({ context: CONTEXT })
      .addLinks([{ context: CONTEXT }])
      .setStatus({ code: SpanStatusCode.ERROR })
      .updateName('name');
    span.recordException(new Error('failed'));
    span.end();
    expect(changed).toBe(span);
    expect(span.spanContext()).toBe(CONTEXT);
  });
});
