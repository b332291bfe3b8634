import {
  type Attributes,
  type Context,
  createContextKey,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../lib/context/index.js';
import type { Sampler, SamplingResult } from '../../lib/sampling/index.js';

/** The key of what a caller wants: `debug` and so on. */
export const REQUEST_KEY = createContextKey('nestjs-traced sampling request');
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

export function ask(
  sampler: Sampler,
  context: Context,
  traceId: string,
  spanName = 'name',
  spanKind = SpanKind.SERVER,
  attributes: Attributes = {},
): SamplingResult {
  return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, []);
}

/** A context whose span is the given parent, of this process unless it says otherwise. */
export function contextWith(parent: Partial<SpanContext>): Context {
  return trace.setSpanContext(TracingContext.ROOT, {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    traceFlags: 0,
    ...parent,
  });
}

/** The same numbers from 0 to 1 for the same seed (xorshift). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function randomTraceId(random: () => number): string {
  const word = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return word() + word() + word() + word();
}
