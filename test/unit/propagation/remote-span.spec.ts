import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { rootTraceIdOf, samplingRequestOf, TracingContext } from '../../../lib/context/index.js';
import { withRemoteSpan, withRootOfTrace } from '../../../lib/propagation/remote-span.js';

describe.each([
  ['TracingContext', TracingContext.ROOT],
  ['the context of the API', ROOT_CONTEXT],
])('with %s', (_name, root) => {
  it('a remote span is the parent of what starts there', () => {
    const context = withRemoteSpan(root, '1'.repeat(32), '2'.repeat(16), 1);
    expect(trace.getSpanContext(context)).toEqual({
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      traceFlags: 1,
      isRemote: true,
      traceState: undefined,
    });
    expect(samplingRequestOf(context)).toBeUndefined();
  });

  it('a request is taken back with the next message', () => {
    const first = withRemoteSpan(root, '1'.repeat(32), '2'.repeat(16), 1, undefined, 'debug');
    const second = withRemoteSpan(first, '3'.repeat(32), '2'.repeat(16), 1);
    expect(samplingRequestOf(first)).toBe('debug');
    expect(samplingRequestOf(second)).toBeUndefined();
  });

  it.each([
    [true, 'accept'],
    [false, 'deny'],
    [undefined, undefined],
  ])('a root span gets the id of its trace, with the decision %j', (isSampled, request) => {
    const earlier = withRootOfTrace(root, '4'.repeat(32), true);
    const context = withRootOfTrace(earlier, '1'.repeat(32), isSampled);
    expect(rootTraceIdOf(context)).toBe('1'.repeat(32));
    expect(samplingRequestOf(context)).toBe(request);
    expect(trace.getSpan(context)).toBeUndefined();
  });
});
