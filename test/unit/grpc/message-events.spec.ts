import { describe, expect, it } from '@jest/globals';
import { MessageEvents } from '../../../lib/grpc/message-events.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';

describe('MessageEvents', () => {
  it('numbers the messages of each direction, until the span has ended', () => {
    const { tracer, recorder, warnings, close } = createTestTracing();
    const span = tracer.startSpan('call');
    const events = new MessageEvents(span);
    events.sent();
    events.received();
    events.sent();
    span.end();
    events.received();
    expect(traceAsText(recorder.takeSpans(), { events: true })).toBe(
      'call (event rpc.message rpc.message.id=1 rpc.message.type=SENT)' +
        ' (event rpc.message rpc.message.id=1 rpc.message.type=RECEIVED)' +
        ' (event rpc.message rpc.message.id=2 rpc.message.type=SENT)',
    );
    expect(warnings).toEqual([]);
    close();
  });
});
