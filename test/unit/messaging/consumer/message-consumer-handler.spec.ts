import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import {
  assignMessageConsumer,
  MessageConsumerHandler,
  messageConsumerOf,
} from '../../../../lib/messaging/consumer/message-consumer-handler.js';
import type { MessageConsumerOptions } from '../../../../lib/messaging/consumer/message-consumer-options.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { receivedMessage } from '../messages.js';

const createTracing = tracingsOfTest();
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const headers = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`, baggage: 'tenant=acme' };

function setUp(options: MessageConsumerOptions = {}) {
  const tracing = createTracing();
  return { ...tracing, consumer: new MessageConsumerHandler(tracing.tracer, options) };
}

describe('MessageConsumerHandler', () => {
  it('continues the trace of the sender', () => {
    const { consumer, recorder } = setUp();
    const operation = consumer.begin(receivedMessage({ headers, isEvent: false }));
    expect(operation?.context.baggage?.getEntry('tenant')?.value).toBe('acme');
    expect(operation?.context.entry).toBe(operation);
    operation?.finish();
    const span = recorder.takeSpan('process orders.placed');
    expect(span.kind).toBe(1);
    expect(span.spanContext().traceId).toBe(TRACE_ID);
  });

  it('links events, and never requests, with consumerContext: link', () => {
    const { consumer, recorder } = setUp({ consumerContext: 'link' });
    for (const isEvent of [true, false]) {
      const operation = consumer.begin(receivedMessage({ headers, isEvent }));
      expect(operation?.context.baggage?.getEntry('tenant')?.value).toBe('acme');
      operation?.finish();
    }
    const [event, request] = recorder.takeSpans();
    expect(event?.links[0]?.context.traceId).toBe(TRACE_ID);
    expect(event?.spanContext().traceId).not.toBe(TRACE_ID);
    expect(request?.links).toEqual([]);
    expect(request?.spanContext().traceId).toBe(TRACE_ID);
  });

  it('is a root span where the options do not trust the sender', () => {
    const { consumer, recorder } = setUp({
      incomingContext: ({ system }) => (system === 'nats' ? 'ignore' : 'continue'),
      incomingBaggageKeys: ['tenant'],
    });
    const operation = consumer.begin(receivedMessage({ headers }));
    expect(operation?.context.baggage?.getEntry('tenant')?.value).toBe('acme');
    operation?.finish();
    expect(recorder.takeSpan().spanContext().traceId).not.toBe(TRACE_ID);
  });

  it('begins nothing for ignored messages and below suppressed work', () => {
    const { consumer } = setUp({ ignore: ['orders.placed'] });
    const operation = consumer.begin(receivedMessage());
    expect(operation).toBeUndefined();
    expect(consumer.contextOf(operation).suppressed).toBe(true);
    contextStorage.run(TracingContext.SUPPRESSED, () => {
      expect(consumer.begin(receivedMessage({ pattern: 'other' }))).toBeUndefined();
    });
  });

  it('calls the hook of the user', () => {
    const { consumer, recorder, warnings } = setUp({
      onMessage: (span, { data }) => {
        span.setAttribute('order.id', (data as { id: number }).id);
        throw new Error('no');
      },
    });
    consumer.begin(receivedMessage())?.finish();
    expect(recorder.takeSpan().attributes['order.id']).toBe(7);
    expect(warnings).toEqual(['messaging.consumer.onMessage threw: Error: no']);
  });

  it('ends what is open at the shutdown', () => {
    const { consumer, recorder } = setUp();
    consumer.begin(receivedMessage());
    consumer.finishAll();
    consumer.finishAll();
    expect(traceAsText(recorder.takeSpans(), { attributes: false, events: true })).toBe(
      'process orders.placed [consumer] (event shutdown)',
    );
  });

  it('handles a message without a span if it cannot be read', () => {
    const { consumer, warnings } = setUp();
    const broken = receivedMessage();
    Object.defineProperty(broken, 'headers', {
      get() {
        throw new Error('no headers');
      },
    });
    expect(consumer.begin(broken)).toBeUndefined();
    expect(warnings).toEqual([
      'A message could not be traced. It is handled without a span: Error: no headers',
    ]);
  });

  it.each<[object, string]>([
    [{ consumerContext: 'child' }, "consumerContext must be one of 'parent', 'link'"],
    [{ bodySize: 1 }, 'bodySize must be true or false'],
    [{ incomingContext: 'no' }, "incomingContext must be 'continue', 'link', 'ignore'"],
    [{ ignore: 'x' }, 'ignore must be patterns'],
    [{ onMessage: 1 }, 'onMessage must be a function'],
  ])('refuses %j', (options, message) => {
    expect(() => setUp(options)).toThrow(`messaging.consumer.${message}`);
  });

  it('is a part of the application', () => {
    const { tracer, consumer } = setUp();
    assignMessageConsumer(tracer, consumer);
    expect(messageConsumerOf(tracer)).toBe(consumer);
  });
});
