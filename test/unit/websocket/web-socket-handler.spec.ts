import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { WebSocketHandler } from '../../../lib/websocket/web-socket-handler.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

describe('WebSocketHandler', () => {
  const createTracing = tracingsOfTest();

  it('links messages to the active span of the handshake, of which it keeps the ids only', () => {
    const { tracer, recorder } = createTracing();
    const handler = new WebSocketHandler(tracer);
    const client = {};
    const handshake = tracer.startSpan('handshake');
    contextStorage.run(TracingContext.ROOT.withSpan(handshake), () =>
      handler.connected(client, undefined),
    );
    handshake.end();
    handler.begin(client, 'say', undefined, undefined)?.finish();
    expect(traceAsText(recorder.takeSpans(), { attributes: false, links: true })).toBe(
      'handshake\n\nmessage say [server] (link to handshake)',
    );
  });

  it('starts a root span, also inside of another operation or without tracing', () => {
    const { tracer, recorder } = createTracing();
    const handler = new WebSocketHandler(tracer);
    const inside = [TracingContext.SUPPRESSED, TracingContext.ROOT.withSpan(tracer.startSpan('x'))];
    for (const context of inside) {
      const operation = contextStorage.run(context, () => handler.begin({}, 'say', 'A.b', 1));
      operation?.finish();
    }
    expect(recorder.takeSpans().map((span) => span.parentSpanContext)).toEqual([
      undefined,
      undefined,
    ]);
    recorder.reset();
  });

  it('handles an ignored message with tracing suppressed', () => {
    const { tracer, recorder } = createTracing();
    const handler = new WebSocketHandler(tracer, { ignore: [/^p/, ({ data }) => data === 7] });
    for (const [event, data] of [
      ['ping', 1],
      ['say', 7],
    ] as const) {
      const operation = handler.begin({}, event, undefined, data);
      expect(operation).toBeUndefined();
      expect(handler.contextOf(operation).suppressed).toBe(true);
    }
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('reports a client that cannot be read, and traces its messages', () => {
    const { tracer, recorder, warnings } = createTracing();
    const handler = new WebSocketHandler(tracer);
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('trap');
        },
      },
    );
    handler.connected(hostile, undefined);
    handler.begin(hostile, 'say', undefined, undefined)?.finish();
    expect(recorder.takeSpan().name).toBe('message say');
    expect(warnings.join()).toContain('The handshake of a WebSocket could not be read');
  });

  it('ends open messages at the shutdown', () => {
    const { tracer, recorder } = createTracing();
    const handler = new WebSocketHandler(tracer);
    handler.begin({}, 'say', undefined, undefined);
    handler.finishAll();
    expect(recorder.takeSpan().events.map(({ name }) => name)).toEqual(['shutdown']);
  });
});
