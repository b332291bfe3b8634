import { describe, expect, it } from '@jest/globals';
import { propagation, trace } from '@opentelemetry/api';
import { samplingRequestOf, TracingContext } from '../../../lib/context/index.js';
import { TraceState } from '../../../lib/propagation/index.js';
import { mergeExtracted } from '../../../lib/propagation/merge-extracted.js';
import { withRemoteSpan } from '../../../lib/propagation/remote-span.js';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);
const SPAN = '1'.repeat(16);
const root = TracingContext.ROOT;
const foo = TraceState.parse('foo=1');
const bar = TraceState.parse('bar=1');

describe('mergeExtracted', () => {
  it('keeps the first caller against another one, and what else the second found', () => {
    const first = withRemoteSpan(root, A, SPAN, 0);
    const second = withRemoteSpan(first, B, SPAN, 3, foo, 'debug');
    const baggage = propagation.createBaggage({ a: { value: '1' } });
    const context = mergeExtracted(first, propagation.setBaggage(second, baggage));
    expect(trace.getSpan(context)).toBe(trace.getSpan(first));
    expect(samplingRequestOf(context)).toBeUndefined();
    expect(propagation.getBaggage(context)).toBe(baggage);
  });

  it('completes the first caller by what the second says of the same span', () => {
    const first = withRemoteSpan(root, A, SPAN, 1);
    const context = mergeExtracted(first, withRemoteSpan(first, A, SPAN, 2, foo, 'debug'));
    expect(trace.getSpanContext(context)).toEqual({
      traceId: A,
      spanId: SPAN,
      traceFlags: 3,
      isRemote: true,
      traceState: foo,
    });
    expect(samplingRequestOf(context)).toBe('debug');
  });

  it('takes back nothing that the first said', () => {
    const first = withRemoteSpan(root, A, SPAN, 1, foo, 'debug');
    const context = mergeExtracted(first, withRemoteSpan(first, A, SPAN, 0, bar, 'defer'));
    expect(trace.getSpanContext(context)).toMatchObject({ traceFlags: 1, traceState: foo });
    expect(samplingRequestOf(context)).toBe('debug');
  });

  it('takes no request that came without ids', () => {
    const first = withRemoteSpan(root, A, SPAN, 1);
    const second = first.setValue(Symbol.for('nestjs-traced sampling request'), 'deny');
    expect(samplingRequestOf(mergeExtracted(first, second))).toBeUndefined();
  });
});
