import { describe, expect, it } from '@jest/globals';
import { dedent, type ExpectedTrace } from '../../../../lib/testing/index.js';
import { failureOf } from '../../../support/trace-matchers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const FIRST = '00000000000000000000000000000001';
const SECOND = '00000000000000000000000000000002';

/** Two traces: one of two spans, and one of a single span. */
function recordTwo() {
  const { tracer, recorder } = createTracing();
  tracer.trace('GET /orders', () => tracer.trace('read orders', () => undefined));
  tracer.trace('clean up', () => undefined);
  const [inner, outer, other] = recorder.spans;
  if (inner === undefined || outer === undefined || other === undefined) throw new Error('missing');
  return { recorder, inner, outer, other };
}

describe('toBeWithinTrace', () => {
  it('compares a span, a list or a recorder with a trace in any form', () => {
    const { recorder, inner, outer, other } = recordTwo();
    const forms: ExpectedTrace[] = [FIRST, outer, [outer, inner], inner.spanContext()];
    for (const trace of forms) {
      expect(inner).toBeWithinTrace(trace);
      expect([inner, outer]).toBeWithinTrace(trace);
      expect(other).not.toBeWithinTrace(trace);
      expect([inner, other]).not.toBeWithinTrace(trace);
      expect(recorder).not.toBeWithinTrace(trace);
    }
    recorder.takeTrace(SECOND);
    expect(recorder.unreadSpans).toBeWithinTrace(FIRST);
  });

  it('shows both traces', async () => {
    const { inner, other } = recordTwo();
    expect(await failureOf(() => expect(other).toBeWithinTrace(inner))).toBe(dedent`
      expect(span).toBeWithinTrace(trace)

      Expected the trace ${FIRST} of "read orders", but "clean up" belongs to ${SECOND}.

      Recorded:
        GET /orders
          read orders

        clean up
    `);
  });

  it('shows the trace of the spans where it gets an id', async () => {
    const { inner, outer } = recordTwo();
    expect(await failureOf(() => expect([inner, outer]).toBeWithinTrace(SECOND))).toBe(dedent`
      expect(spans).toBeWithinTrace(trace)

      Expected the trace ${SECOND}, but "read orders", "GET /orders" belong to ${FIRST}.

      Recorded:
        GET /orders
          read orders
    `);
    expect(await failureOf(() => expect(inner).not.toBeWithinTrace(outer))).toContain(
      `expect(span).not.toBeWithinTrace(trace)\n\nExpected another trace than ${FIRST} of "GET /orders".`,
    );
  });

  it('fails if there is no span', () => {
    expect(() => expect([]).toBeWithinTrace(FIRST)).toThrow(
      'at least one span, but expect() received none',
    );
  });

  it.each([
    ['a text that is no id', 'GET /orders', 'but received "GET /orders".'],
    ['an id of a span', '0000000000000001', 'the id of a trace (32 hexadecimal digits)'],
    ['nothing', undefined, 'but received undefined.'],
    ['an object that is none', {}, 'but received another object.'],
    ['null', null, 'but received another object.'],
    ['an empty list', [], 'but received another object.'],
  ])('refuses %s as the trace', (_, trace, message) => {
    const { inner } = recordTwo();
    expect(() => expect(inner).toBeWithinTrace(trace as string)).toThrow(message);
    expect(() => expect(inner).not.toBeWithinTrace(trace as string)).toThrow(message);
  });
});
