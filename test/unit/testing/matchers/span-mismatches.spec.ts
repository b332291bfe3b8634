import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '../../../../lib/index.js';
import type { ExpectedSpan } from '../../../../lib/testing/index.js';
import type { TraceMatcherContext } from '../../../../lib/testing/matchers/matcher-context.js';
import { SpanComparison } from '../../../../lib/testing/matchers/span-mismatches.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const context: TraceMatcherContext = {
  equals: Object.is,
  utils: { stringify: (value) => JSON.stringify(value), diff: () => null },
};

function mismatches(
  expected: ExpectedSpan,
  span: ReadableSpan,
  known: readonly ReadableSpan[] = [span],
): string[] {
  const comparison = new SpanComparison(expected, known, context);
  const found = comparison.mismatchesOf(span);
  expect(comparison.matches(span)).toBe(found.length === 0);
  return found;
}

describe('SpanComparison', () => {
  it('says that a remote parent is not recorded', () => {
    const { tracer, recorder } = createTracing();
    const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    tracer.startSpan('work', {}, trace.setSpanContext(ROOT_CONTEXT, parent)).end();
    const span = recorder.takeSpan();
    expect(mismatches({ parent: 'x' }, span)).toEqual(['the parent is not recorded']);
    expect(mismatches({ parent: null }, span)).toEqual([
      'the parent is a span that is not recorded, and the span is not a root',
    ]);
    expect(mismatches({ within: 'x' }, span)).toEqual(['no span above it is "x"']);
  });

  it('says that a root has no parent', () => {
    const { tracer, recorder } = createTracing();
    tracer.startSpan('work').end();
    expect(mismatches({ parent: 'x' }, recorder.takeSpan())).toEqual([
      'the span is a root and has no parent',
    ]);
  });

  it('ends where spans are each other’s parents', () => {
    const [first, second] = ['1', '2'].map((id) => id.repeat(16));
    const spanOf = (name: string, spanId = '', parentId = ''): ReadableSpan => {
      const traceId = 'a'.repeat(32);
      const parentSpanContext = { traceId, spanId: parentId, traceFlags: 1 };
      const spanContext = () => ({ traceId, spanId, traceFlags: 1 });
      return { name, spanContext, parentSpanContext } as ReadableSpan;
    };
    const cycle = [spanOf('a', first, second), spanOf('b', second, first)];
    expect(mismatches({ within: 'c' }, cycle[0] as ReadableSpan, cycle)).toEqual([
      'no span above it is "c"',
    ]);
    expect(mismatches({ within: 'b' }, cycle[0] as ReadableSpan, cycle)).toEqual([]);
  });

  it('compares a text with an expression from its beginning, each time', () => {
    const { tracer, recorder } = createTracing();
    tracer.startSpan('work').end();
    const span = recorder.takeSpan();
    const name = /w/g;
    expect([1, 2].map(() => mismatches({ name }, span))).toEqual([[], []]);
    expect(mismatches({ status: { message: /x/ } }, span)).toEqual([
      'the message of the status is undefined, not /x/',
    ]);
  });
});
