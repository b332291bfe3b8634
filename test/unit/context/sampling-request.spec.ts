import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  samplingRequestOf,
  TracingContext,
  withSamplingRequest,
} from '../../../lib/context/index.js';

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
