import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { createSpanContext } from '../../../lib/trace/span-identity.js';

describe('createSpanContext', () => {
  it('has the ids, the flags and the trace state', () => {
    const traceState = createTraceState('rojo=1');
    expect(createSpanContext('a', 'b', 3, traceState)).toEqual({
      traceId: 'a',
      spanId: 'b',
      traceFlags: 3,
      traceState,
    });
  });

  it('has no key for a trace state that there is not', () => {
    expect(Object.keys(createSpanContext('a', 'b', 0, undefined))).toEqual([
      'traceId',
      'spanId',
      'traceFlags',
    ]);
  });
});
