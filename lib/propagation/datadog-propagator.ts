import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
} from '@opentelemetry/api';
import { readFirst, readList, trim } from '../carriers/carrier.js';
import { isSuppressed, samplingRequestOf } from '../context/index.js';
import { decimalFromHex, hexFromDecimal } from './decimal-id.js';
import { isHex, isSpanId, isTraceId } from './hex.js';
import { withRemoteSpan, withRootOfTrace } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';

const TRACE_ID = 'x-datadog-trace-id';
const PARENT_ID = 'x-datadog-parent-id';
const SAMPLING_PRIORITY = 'x-datadog-sampling-priority';
const TAGS = 'x-datadog-tags';

/** The tag with the upper half of the trace id; the header only contains the lower half. */
const UPPER_HALF_TAG = '_dd.p.tid=';
const HALF_LENGTH = 16;
/** Datadog's tracers write at most 512 characters. */
const MAX_TAGS_LENGTH = 2048;
const ZERO_HALF = '0'.repeat(HALF_LENGTH);

/**
 * Propagates Datadog's headers: the lower half of the trace id and the span id in decimal, a sampling
 * priority, where at least 1 means sampled, and tags, of which only the upper half of the trace id is read
 * and written. Without a priority, the sampler of this process decides. With the parent id 0, a root span starts with
 * the trace id.
 * Spec: Datadog, "Trace Context Propagation".
 */
export class DatadogPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = sendableSpanContext(context);
    if (spanContext === undefined || isSuppressed(context)) return;
    const { traceId, spanId, traceFlags } = spanContext;
    setter.set(carrier, TRACE_ID, decimalFromHex(traceId.slice(HALF_LENGTH)));
    setter.set(carrier, PARENT_ID, decimalFromHex(spanId));
    const isUndecided = spanContext.isRemote === true && samplingRequestOf(context) === 'defer';
    if (!isUndecided) {
      setter.set(carrier, SAMPLING_PRIORITY, (traceFlags & TraceFlags.SAMPLED) !== 0 ? '1' : '0');
    }
    const upperHalf = traceId.slice(0, HALF_LENGTH);
    if (upperHalf !== ZERO_HALF) setter.set(carrier, TAGS, UPPER_HALF_TAG + upperHalf);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const lowerHalf = readId(carrier, getter, TRACE_ID);
    const spanId = readId(carrier, getter, PARENT_ID);
    if (lowerHalf === undefined || spanId === undefined) return context;
    const traceId = upperHalfOf(readList(carrier, getter, TAGS)) + lowerHalf;
    if (!isTraceId(traceId)) return context;
    const isSampled = readDecision(carrier, getter);
    // Senders without spans, such as synthetic tests, send a parent id of 0.
    if (!isSpanId(spanId)) return withRootOfTrace(context, traceId, isSampled);
    const traceFlags = isSampled === true ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const request = isSampled === undefined ? 'defer' : undefined;
    return withRemoteSpan(context, traceId, spanId, traceFlags, undefined, request);
  }

  fields(): string[] {
    return [TRACE_ID, PARENT_ID, SAMPLING_PRIORITY, TAGS];
  }
}

function readId(carrier: unknown, getter: TextMapGetter, field: string): string | undefined {
  const text = readFirst(carrier, getter, field);
  return text === undefined ? undefined : hexFromDecimal(text);
}

/** Returns the decision; undefined if the priority is missing or invalid. */
function readDecision(carrier: unknown, getter: TextMapGetter): boolean | undefined {
  const priority = readFirst(carrier, getter, SAMPLING_PRIORITY);
  if (priority === '1' || priority === '2') return true;
  return priority === '0' || priority === '-1' ? false : undefined;
}

function upperHalfOf(tags: string | undefined): string {
  if (tags === undefined) return ZERO_HALF;
  for (const tag of tags.slice(0, MAX_TAGS_LENGTH).split(',')) {
    const text = trim(tag);
    if (!text.startsWith(UPPER_HALF_TAG)) continue;
    const half = text.slice(UPPER_HALF_TAG.length);
    if (half.length === HALF_LENGTH && isHex(half)) return half;
  }
  return ZERO_HALF;
}
