import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  forwardedFieldOf,
  rootTraceIdOf,
  samplingRequestOf,
  TracingContext,
  withForwardedField,
  withRootTraceId,
  withSamplingRequest,
} from '../../../lib/context/index.js';

const TRACE_ID = '5759e988bd862e3fe1be46a994272793';

describe.each([
  ['TracingContext', TracingContext.ROOT],
  ['the context of the API', ROOT_CONTEXT],
])('in %s', (_name, root) => {
  it('a root trace id is absent, set and removed', () => {
    const given = withRootTraceId(root, TRACE_ID);
    expect([root, given, withRootTraceId(given, undefined)].map(rootTraceIdOf)).toEqual([
      undefined,
      TRACE_ID,
      undefined,
    ]);
  });

  it('forwarded fields are told apart by name', () => {
    const given = withForwardedField(withForwardedField(root, 'a', '1'), 'b', '2');
    const without = withForwardedField(given, 'a', undefined);
    expect(['a', 'b'].map((name) => forwardedFieldOf(given, name))).toEqual(['1', '2']);
    expect(['a', 'b'].map((name) => forwardedFieldOf(without, name))).toEqual([undefined, '2']);
  });

  it('both cost no new context where nothing changes', () => {
    expect(withRootTraceId(root, undefined)).toBe(root);
    expect(withForwardedField(root, 'a', undefined)).toBe(root);
  });
});

describe.each([
  ['TracingContext', TracingContext.ROOT],
  ['the context of the API', ROOT_CONTEXT],
])('a sampling request in %s', (_name, root) => {
  it.each(['debug', 'accept', 'deny', 'defer'] as const)('%s is read back', (request) => {
    expect(samplingRequestOf(withSamplingRequest(root, request))).toBe(request);
  });

  it('is absent at first', () => {
    expect(samplingRequestOf(root)).toBeUndefined();
  });

  it('is removed by undefined', () => {
    const requested = withSamplingRequest(root, 'debug');
    expect(samplingRequestOf(withSamplingRequest(requested, undefined))).toBeUndefined();
    expect(samplingRequestOf(requested)).toBe('debug');
  });

  it('costs no new context where nothing changes', () => {
    const requested = withSamplingRequest(root, 'debug');
    expect(withSamplingRequest(requested, 'debug')).toBe(requested);
    expect(withSamplingRequest(root, undefined)).toBe(root);
  });
});
