import { describe, expect, it } from '@jest/globals';
import { TracingContext } from '../../../../lib/context/index.js';
import { MessageProducerOperation } from '../../../../lib/messaging/producer/message-producer-operation.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function setUp() {
  const { tracer, recorder } = createTracing();
  const open = new Set<MessageProducerOperation>();
  const span = tracer.startSpan('send');
  const operation = new MessageProducerOperation(open, span, TracingContext.ROOT);
  const text = () => traceAsText(recorder.takeSpans(), { events: true });
  return { open, operation, text };
}

describe('MessageProducerOperation', () => {
  it('ends once', () => {
    const { open, operation, text } = setUp();
    expect(open.size).toBe(1);
    operation.finish();
    operation.fail('late');
    operation.breakOff('late');
    expect(open.size).toBe(0);
    expect(text()).toBe('send');
  });

  it.each<[string, unknown, string]>([
    ['an error', new RangeError('no'), 'error.type=RangeError ERROR "no" exception RangeError'],
    ['a text', 'no', 'error.type=_OTHER ERROR "no"'],
    ['an object', { status: 'error', message: 'no' }, 'error.type=_OTHER ERROR "no"'],
    ['an object without a message', { code: 7 }, 'error.type=_OTHER ERROR'],
    ['nothing', null, 'error.type=_OTHER ERROR'],
    [
      'an object that throws',
      {
        get message() {
          throw new Error('no');
        },
      },
      'error.type=_OTHER ERROR',
    ],
  ])('fails with %s', (_, error, text) => {
    const { operation, text: actual } = setUp();
    operation.fail(error);
    expect(actual()).toBe(`send ${text}`);
  });

  it('shortens a long answer', () => {
    const { operation, text } = setUp();
    operation.fail('x'.repeat(100_000));
    expect(text().length).toBeLessThan(5000);
  });
});
