import { describe, expect, it } from '@jest/globals';
import { withBaggage } from '../../../../lib/baggage/index.js';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import {
  assignMessageProducer,
  MessageProducerHandler,
  messageProducerOf,
} from '../../../../lib/messaging/producer/message-producer-handler.js';
import type { MessageProducerOptions } from '../../../../lib/messaging/producer/message-producer-options.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { sentMessage } from '../messages.js';

const createTracing = tracingsOfTest();

function setUp(options: MessageProducerOptions = {}, tracing = createTracing()) {
  return { ...tracing, producer: new MessageProducerHandler(tracing.tracer, options) };
}

describe('MessageProducerHandler', () => {
  it('adds a span below the active one, and its context to the message', () => {
    const { producer, tracer, recorder } = setUp();
    tracer.trace('work', () => {
      const operation = producer.begin(sentMessage());
      expect(producer.fieldsOf(producer.contextOf(operation))).toEqual({
        traceparent: '00-00000000000000000000000000000001-0000000000000002-01',
      });
      operation?.finish();
    });
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'work\n  send orders.placed [producer]',
    );
  });

  it('is the client of a request', () => {
    const { producer, recorder } = setUp();
    producer.begin(sentMessage({ isEvent: false }))?.finish();
    expect(recorder.takeSpan().kind).toBe(2);
  });

  it('creates no span below an unsampled one, and sends its context', () => {
    const { producer, tracer } = setUp({}, createTracing({ sampler: new AlwaysOffSampler() }));
    tracer.trace('work', (span) => {
      const operation = producer.begin(sentMessage());
      expect(operation?.span).toBe(span);
      const fields = producer.fieldsOf(producer.contextOf(operation));
      expect(fields?.traceparent).toMatch(/-00$/);
      operation?.finish();
    });
  });

  it('sends nothing with ignored messages and below suppressed work', () => {
    const { producer } = setUp({ ignore: [/placed/] });
    const operation = producer.begin(sentMessage());
    expect(operation).toBeUndefined();
    expect(producer.fieldsOf(producer.contextOf(operation))).toBeUndefined();
    contextStorage.run(TracingContext.SUPPRESSED, () => {
      expect(producer.begin(sentMessage({ pattern: 'other' }))).toBeUndefined();
    });
  });

  it('sends context and baggage to the receivers of the lists', () => {
    const { producer, recorder } = setUp({
      propagateTo: ['orders.placed', 'orders.paid'],
      propagateBaggageTo: [({ isEvent, pattern }) => isEvent && pattern === 'orders.paid'],
    });
    const keysOf = (pattern: string) =>
      withBaggage({ tenant: 'acme' }, () => {
        const operation = producer.begin(sentMessage({ pattern, destination: 'all' }));
        const fields = producer.fieldsOf(producer.contextOf(operation));
        operation?.finish();
        return Object.keys(fields ?? {});
      });
    expect(keysOf('orders.placed')).toEqual(['traceparent']);
    expect(keysOf('orders.paid')).toEqual(['traceparent', 'baggage']);
    expect(keysOf('orders.secret')).toEqual([]);
    expect(recorder.takeSpans()).toHaveLength(3);
  });

  it('calls the hook of the user, and ends what is open at the shutdown', () => {
    const { producer, recorder } = setUp({
      onMessage: (span, { system }) => {
        span.setAttribute('seen', system);
      },
    });
    producer.begin(sentMessage());
    producer.finishAll();
    const [span] = recorder.takeSpans();
    expect(span?.attributes.seen).toBe('nats');
    expect(span?.events.map(({ name }) => name)).toEqual(['shutdown']);
  });

  it.each<[object, string]>([
    [{ propagateTo: 'x' }, 'propagateTo must be patterns'],
    [{ propagateTo: [''] }, 'propagateTo[0] must be patterns'],
    [{ propagateBaggageTo: [7] }, 'propagateBaggageTo[0] must be patterns'],
    [{ bodySize: 1 }, 'bodySize must be true or false'],
    [{ ignore: 'x' }, 'ignore must be patterns'],
    [{ onMessage: 1 }, 'onMessage must be a function'],
  ])('refuses %j', (options, message) => {
    expect(() => setUp(options)).toThrow(`messaging.producer.${message}`);
  });

  it('is a part of the application', () => {
    const { tracer, producer } = setUp();
    assignMessageProducer(tracer, producer);
    expect(messageProducerOf(tracer)).toBe(producer);
  });
});
