import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { parentOf } from '../../../lib/sampling/parent.js';
import { contextWith } from '../../suites/sampler.suite.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('parentOf', () => {
  it('is the span in the context', () => {
    const context = contextWith({ traceId: TRACE_ID });
    expect(parentOf(context, TRACE_ID)).toBe(trace.getSpanContext(context));
    expect(parentOf(context, 'f'.repeat(32))).toBe(trace.getSpanContext(context));
  });

  it.each([{ traceId: '0'.repeat(32) }, { spanId: '0'.repeat(16) }, { traceId: 'x' }])(
    'is nobody where the ids are not valid: %j',
    (wrong) => {
      expect(parentOf(contextWith({ traceId: TRACE_ID, ...wrong }), TRACE_ID)).toBeUndefined();
    },
  );

  it('is nobody in an empty context', () => {
    expect(parentOf(ROOT_CONTEXT, TRACE_ID)).toBeUndefined();
  });
});
