import { describe, expect, it } from '@jest/globals';
import { dedent, strictTracing } from '../../../../lib/testing/index.js';
import { failureOf } from '../../../support/trace-matchers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

// Has recorders capture the code that starts a span.
strictTracing(() => undefined);

const createTracing = tracingsOfTest();

describe('toHaveEnded', () => {
  it('passes for a span, a list and a recorder whose spans have ended', () => {
    const { tracer, recorder } = createTracing();
    const first = tracer.startSpan('first');
    const second = tracer.startSpan('second');
    expect(first).not.toHaveEnded();
    expect(recorder).not.toHaveEnded();
    first.end();
    expect(first).toHaveEnded();
    expect([first, second]).not.toHaveEnded();
    expect(recorder).not.toHaveEnded();
    second.end();
    expect([first, second]).toHaveEnded();
    expect(recorder).toHaveEnded();
    expect(recorder.unreadSpans).toHaveLength(2);
  });

  it('shows the open spans, who started them, and the whole trace', async () => {
    const { tracer, recorder } = createTracing();
    tracer.trace('OrdersService.place', (outer) => {
      tracer.trace('read order', () => undefined);
      outer.setAttribute('order.id', 42);
      tracer.startSpan('reserve stock');
    });
    const ofRecorder = dedent`
      expect(recorder).toHaveEnded()

      Expected ended spans, but 1 of 3 is open:
        reserve stock: started at to-have-ended.spec.ts

      Recorded:
        OrdersService.place
          read order
          reserve stock [open]
    `;
    expect(await failureOf(() => expect(recorder).toHaveEnded())).toBe(ofRecorder);
    const [open] = recorder.openSpans;
    expect(await failureOf(() => expect(open).toHaveEnded())).toBe(
      ofRecorder.replace('(recorder)', '(span)').replace('1 of 3', '1 of 1'),
    );
  });

  it('says that no span is open', async () => {
    const { tracer, recorder } = createTracing();
    tracer.startSpan('work').end();
    expect(await failureOf(() => expect(recorder).not.toHaveEnded())).toBe(
      'expect(recorder).not.toHaveEnded()\n\nExpected an open span, but all spans have ended.\n\nRecorded:\n  work',
    );
    const [span] = recorder.spans;
    expect(await failureOf(() => expect(span).not.toHaveEnded())).toContain(
      'but the span has ended.',
    );
  });

  it('fails if there is no span, also with `not`', () => {
    const { recorder } = createTracing();
    const message = 'toHaveEnded needs at least one span, but the recorder has none. Check that';
    expect(() => expect(recorder).toHaveEnded()).toThrow(message);
    expect(() => expect(recorder).not.toHaveEnded()).toThrow(message);
    expect(() => expect([]).toHaveEnded()).toThrow('but the list has none');
  });
});
