import { describe, expect, it } from '@jest/globals';
import { TracingContext } from '../../../lib/context/index.js';
import { IncomingOperation } from '../../../lib/operation/incoming-operation.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

class Message extends IncomingOperation {}

describe('IncomingOperation', () => {
  const createTracing = tracingsOfTest();

  function begin() {
    const { tracer, recorder } = createTracing();
    const open = new Set<IncomingOperation>();
    const operation = new Message(open, tracer.startSpan('message'), TracingContext.ROOT);
    return { open, operation, text: () => traceAsText(recorder.takeSpans(), { events: true }) };
  }

  it('is the entry of its context, and open until its only end', () => {
    const { open, operation, text } = begin();
    expect(operation.context.entry).toBe(operation);
    expect([...open]).toEqual([operation]);
    operation.breakOff('shutdown');
    operation.finish();
    operation.breakOff('late');
    operation.exceptionCaught(new Error('late'));
    expect(open.size).toBe(0);
    expect(text()).toBe('message (event shutdown)');
  });

  it('records an exception once, also undefined, and eight at most', () => {
    const { operation, text } = begin();
    operation.exceptionCaught(undefined);
    operation.exceptionCaught(undefined);
    for (let i = 0; i < 10; i++) operation.exceptionCaught(new Error(`${i}`));
    operation.finish();
    expect(text().match(/exception/g)).toHaveLength(8);
  });

  it('holds no exception after its end', () => {
    const { operation } = begin();
    operation.exceptionCaught(new Error('big'));
    operation.finish();
    expect(Object.values(operation)).not.toContainEqual(expect.any(Error));
  });
});
