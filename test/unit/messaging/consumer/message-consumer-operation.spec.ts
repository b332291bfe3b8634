import { describe, expect, it } from '@jest/globals';
import { TracingContext } from '../../../../lib/context/index.js';
import { MessageConsumerOperation } from '../../../../lib/messaging/consumer/message-consumer-operation.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function setUp() {
  const { tracer, recorder } = createTracing();
  const open = new Set<MessageConsumerOperation>();
  const span = tracer.startSpan('process');
  const operation = new MessageConsumerOperation(open, span, TracingContext.ROOT);
  const text = () => traceAsText(recorder.takeSpans(), { events: true });
  return { open, operation, text };
}

describe('MessageConsumerOperation', () => {
  it('ends once', () => {
    const { open, operation, text } = setUp();
    expect(open.size).toBe(1);
    operation.finish();
    operation.fail(new Error('late'));
    operation.breakOff('late');
    operation.finishUnhandled();
    expect(open.size).toBe(0);
    expect(text()).toBe('process');
  });

  it('shows the exception of the handler, not what filters made of it', () => {
    const { operation, text } = setUp();
    operation.exceptionCaught(new TypeError('a defect'));
    operation.fail({ status: 'error', message: 'Internal server error' });
    expect(text()).toBe('process error.type=TypeError ERROR "a defect" exception TypeError');
  });

  it('is no failure if a filter has answered', () => {
    const { operation, text } = setUp();
    operation.exceptionCaught(new TypeError('handled'));
    operation.finish();
    expect(text()).toBe('process exception TypeError "handled"');
  });

  it('records eight exceptions, and each once', () => {
    const { operation, text } = setUp();
    const error = new Error('same');
    operation.exceptionCaught(error);
    operation.exceptionCaught(error);
    for (let i = 0; i < 20; i++) operation.exceptionCaught(new Error('more'));
    operation.finish();
    expect(text().match(/exception/g)).toHaveLength(8);
  });

  it.each([[undefined], [null], ['text'], [7]])('fails with %p', (error) => {
    const { operation, text } = setUp();
    operation.fail(error);
    expect(text()).toContain(`error.type=${typeof error} ERROR`);
  });
});
