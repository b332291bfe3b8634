import { type Context, createContextKey } from '@opentelemetry/api';

/**
 * A caller's request beyond the sampled flag, for formats that can express it: `debug` (sample this
 * trace, whatever samplers decide), `accept` and `deny` (a decision that came without ids), and
 * `defer` (ids came without a decision, so the receiver decides).
 */
export type SamplingRequest = 'debug' | 'accept' | 'deny' | 'defer';

const SAMPLING_REQUEST_KEY = createContextKey('nestjs-traced sampling request');

/** The caller's request that a propagator extracted; undefined if there is none. */
export function samplingRequestOf(context: Context): SamplingRequest | undefined {
  return context.getValue(SAMPLING_REQUEST_KEY) as SamplingRequest | undefined;
}

/**
 * The context with the caller's request; undefined removes the request of an earlier caller, because
 * a request must not outlive the message it came with.
 */
export function withSamplingRequest(
  context: Context,
  request: SamplingRequest | undefined,
): Context {
  if (samplingRequestOf(context) === request) return context;
  return request === undefined
    ? context.deleteValue(SAMPLING_REQUEST_KEY)
    : context.setValue(SAMPLING_REQUEST_KEY, request);
}
