import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { TracingContext } from '../../../lib/context/index.js';
import {
  isSuppressed,
  samplingRequestOf,
  withRemoteSpan,
  withSamplingRequest,
} from '../../../lib/propagation/remote-span.js';
import { samplingRequestOf as asSamplersReadIt } from '../../../lib/sampling/parent.js';

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

  it.each(['debug', 'accept', 'deny', 'defer'] as const)(
    'samplers read the request %s',
    (request) => {
      expect(asSamplersReadIt(withSamplingRequest(root, request))).toBe(request);
    },
  );

  it('a request is taken back with the next message', () => {
    const first = withRemoteSpan(root, '1'.repeat(32), '2'.repeat(16), 1, undefined, 'debug');
    const second = withRemoteSpan(first, '3'.repeat(32), '2'.repeat(16), 1);
    expect(samplingRequestOf(first)).toBe('debug');
    expect(samplingRequestOf(second)).toBeUndefined();
  });

  it('suppression is read as OpenTelemetry writes it', () => {
    expect(isSuppressed(root)).toBe(false);
    expect(isSuppressed(suppressTracing(root))).toBe(true);
  });
});
