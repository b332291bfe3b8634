import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
} from '@opentelemetry/api';
import { readFirst } from '../carriers/carrier.js';
import { isSuppressed, samplingRequestOf } from '../context/index.js';
import { isSpanId, isTraceId, SPAN_ID_LENGTH, TRACE_ID_LENGTH } from './hex.js';
import { percentDecode, percentEncode } from './percent-encoding.js';
import {
  type PrefixedBaggageFormat,
  readPrefixedBaggage,
  writePrefixedBaggage,
} from './prefixed-baggage.js';
import { withRemoteSpan } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';

const UBER_TRACE_ID = 'uber-trace-id';
const BAGGAGE: PrefixedBaggageFormat = {
  prefix: 'uberctx-',
  read: readFirst,
  decode: percentDecode,
  encode: percentEncode,
};
/** Ids can be short. The parent span id is only validated. */
const VALUE = /^([0-9a-f]{1,32}):([0-9a-f]{1,16}):[0-9a-f]{0,16}:([0-9a-f]{1,2})$/;
const DEBUG_FLAG = 0x02;
/** Length of a value with all characters percent-encoded. */
const MAX_VALUE_LENGTH = 210;

/** Options of a {@link JaegerPropagator}. */
export interface JaegerPropagatorOptions {
  /**
   * Whether to send the headers. Jaeger has replaced the format by W3C trace context, so only send it to
   * receivers that support no other format.
   *
   * @default false
   */
  readonly injects?: boolean;
}

/**
 * Propagates the headers of Jaeger's former clients: `{trace id}:{span id}:{parent span id}:{flags}`, and
 * one header `uberctx-{key}` for each baggage entry, at most 64 entries and 8192 bytes.
 * Spec: jaegertracing.io, "Client libraries", "Propagation format"; deprecated.
 */
export class JaegerPropagator implements TextMapPropagator {
  readonly #injects: boolean;

  constructor(options: JaegerPropagatorOptions = {}) {
    this.#injects = options.injects === true;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    if (!this.#injects || isSuppressed(context)) return;
    injectSpan(context, carrier, setter);
    for (const [name, value] of writePrefixedBaggage(context, BAGGAGE)) {
      setter.set(carrier, name, value);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return readPrefixedBaggage(withSpan(context, carrier, getter), carrier, getter, BAGGAGE);
  }

  /** Does not contain the headers of baggage, because their names depend on the entries. */
  fields(): string[] {
    return this.#injects ? [UBER_TRACE_ID] : [];
  }

  /** The fields that it reads, also if it injects nothing. */
  allFields(): string[] {
    return [UBER_TRACE_ID, `${BAGGAGE.prefix}*`];
  }
}

function injectSpan(context: Context, carrier: unknown, setter: TextMapSetter): void {
  const spanContext = sendableSpanContext(context);
  if (spanContext === undefined) return;
  const { traceId, spanId, traceFlags } = spanContext;
  const isDebug = samplingRequestOf(context) === 'debug';
  const flags = (traceFlags & TraceFlags.SAMPLED) | (isDebug ? DEBUG_FLAG : 0);
  setter.set(carrier, UBER_TRACE_ID, `${traceId}:${spanId}:0:0${flags}`);
}

function withSpan(context: Context, carrier: unknown, getter: TextMapGetter): Context {
  const header = readFirst(carrier, getter, UBER_TRACE_ID);
  if (header === undefined || header.length > MAX_VALUE_LENGTH) return context;
  const parts = VALUE.exec(percentDecode(header));
  if (parts === null) return context;
  // Jaeger omits leading zeros.
  const traceId = (parts[1] as string).padStart(TRACE_ID_LENGTH, '0');
  const spanId = (parts[2] as string).padStart(SPAN_ID_LENGTH, '0');
  const flags = Number.parseInt(parts[3] as string, 16);
  if (!isTraceId(traceId) || !isSpanId(spanId)) return context;
  const isDebug = (flags & DEBUG_FLAG) !== 0;
  const traceFlags = isDebug ? TraceFlags.SAMPLED : flags & TraceFlags.SAMPLED;
  return withRemoteSpan(
    context,
    traceId,
    spanId,
    traceFlags,
    undefined,
    isDebug ? 'debug' : undefined,
  );
}
