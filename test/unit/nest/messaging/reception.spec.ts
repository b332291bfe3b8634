import { describe, expect, it } from '@jest/globals';
import { MessageConsumerHandler } from '../../../../lib/messaging/index.js';
import { Reception } from '../../../../lib/nest/messaging/reception.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { receivedMessage } from '../../messaging/messages.js';

const createTracing = tracingsOfTest();

function setUp() {
  const { tracer, recorder } = createTracing();
  const consumer = new MessageConsumerHandler(tracer);
  const reception = new Reception([], () => receivedMessage({ pattern: undefined }));
  const text = () => traceAsText(recorder.takeSpans(), { attributes: false, events: true });
  return { consumer, reception, text };
}

describe('a message that no handler has taken', () => {
  it('has a span, with the events before it', () => {
    const { consumer, reception, text } = setUp();
    reception.addEvent('nack');
    reception.isDeserialized = true;
    reception.processed(consumer);
    expect(text()).toBe(
      'process [consumer] ERROR "The application has no handler for the message" (event nack)',
    );
  });

  it('has a span if the server failed', () => {
    const { consumer, reception, text } = setUp();
    reception.failed(consumer, new SyntaxError('no JSON'));
    expect(text()).toBe('process [consumer] ERROR "no JSON" exception SyntaxError');
  });

  it('is released, because a timer can keep the context', () => {
    const { consumer } = setUp();
    for (const end of [
      (reception: Reception) => reception.processed(consumer),
      (reception: Reception) => reception.failed(consumer, new Error('broken')),
      (reception: Reception) => reception.handledBy(undefined),
    ]) {
      const reception = new Reception(['message'], () => receivedMessage());
      reception.raw = 'raw';
      reception.packet = { pattern: 'a', data: 1 };
      end(reception);
      expect([reception.args, reception.raw, reception.packet]).toEqual([[], undefined, undefined]);
    }
  });

  it('has none if the server discarded it before it was deserialized', () => {
    const { consumer, reception, text } = setUp();
    reception.processed(consumer);
    expect(text()).toBe('');
  });
});

describe('a message that a handler has taken', () => {
  it('has the span of the handler only', () => {
    const { consumer, reception, text } = setUp();
    reception.isDeserialized = true;
    reception.isHandled = true;
    reception.handledBy(consumer.begin(receivedMessage()));
    reception.addEvent('ack');
    reception.exceptionCaught(new Error('seen'));
    reception.processed(consumer);
    reception.failed(consumer, new Error('of the handler'));
    reception.operation?.finish();
    expect(text()).toBe('process orders.placed [consumer] exception Error "seen" (event ack)');
  });
});
