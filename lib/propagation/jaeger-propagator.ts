import {
  type Baggage,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
} from '@opentelemetry/api';
import { readFirst } from '../carriers/carrier.js';
import { isSuppressed, samplingRequestOf } from '../context/index.js';
import { isSpanId, isTraceId, SPAN_ID_LENGTH, TRACE_ID_LENGTH } from './hex.js';
import { percentDecode } from './percent-decode.js';
import { withRemoteSpan } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';

const UBER_TRACE_ID = 'uber-trace-id';
const BAGGAGE_PREFIX = 'uberctx-';
/** The ids may be short; the parent span id is looked at and not used. */
const VALUE = /^([0-9a-f]{1,32}):([0-9a-f]{1,16}):[0-9a-f]{0,16}:([0-9a-f]{1,2})$/;
const MAX_BAGGAGE_ENTRIES = 64;
const DEBUG_FLAG = 0x02;

/** What is done beyond reading Jaeger's headers. */
export interface JaegerPropagatorOptions {
  /**
   * Also send `uber-trace-id`. Jaeger itself has given the format up for W3C trace context, so it is
   * only to be sent while a peer knows nothing else.
   *
   * @default false
   */
  readonly injects?: boolean;
}

/**
 * The header of Jaeger's former clients, `{trace id}:{span id}:{parent span id}:{flags}`, and their
 * baggage, one header `uberctx-{key}` for each entry, which is read but never sent.
 * Spec: jaegertracing.io, "Client libraries", "Propagation format"; deprecated.
 */
export class JaegerPropagator implements TextMapPropagator {
  readonly #injects: boolean;

  constructor(options: JaegerPropagatorOptions = {}) {
    this.#injects = options.injects === true;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    if (!this.#injects || isSuppressed(context)) return;
    const spanContext = sendableSpanContext(context);
    if (spanContext === undefined) return;
    const { traceId, spanId, traceFlags } = spanContext;
    const isDebug = samplingRequestOf(context) === 'debug';
    const flags = (traceFlags & TraceFlags.SAMPLED) | (isDebug ? DEBUG_FLAG : 0);
    setter.set(carrier, UBER_TRACE_ID, `${traceId}:${spanId}:0:0${flags}`);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return withBaggage(withSpan(context, carrier, getter), carrier, getter);
  }

  fields(): string[] {
    return this.#injects ? [UBER_TRACE_ID] : [];
  }
}

function withSpan(context: Context, carrier: unknown, getter: TextMapGetter): Context {
  const header = readFirst(carrier, getter, UBER_TRACE_ID);
  if (header === undefined) return context;
  const parts = VALUE.exec(percentDecode(header));
  if (parts === null) return context;
  // Jaeger leaves out leading zeros.
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

function withBaggage(context: Context, carrier: unknown, getter: TextMapGetter): Context {
  let baggage: Baggage | undefined;
  let count = 0;
  for (const field of getter.keys(carrier)) {
    if (!isBaggageField(field) || count === MAX_BAGGAGE_ENTRIES) continue;
    const value = readFirst(carrier, getter, field);
    if (value === undefined) continue;
    const key = field.slice(BAGGAGE_PREFIX.length);
    baggage ??= propagation.getBaggage(context) ?? propagation.createBaggage();
    baggage = baggage.setEntry(key, { value: percentDecode(value) });
    count++;
  }
  return baggage === undefined ? context : propagation.setBaggage(context, baggage);
}

function isBaggageField(field: unknown): field is string {
  return (
    typeof field === 'string' &&
    field.length > BAGGAGE_PREFIX.length &&
    field.slice(0, BAGGAGE_PREFIX.length).toLowerCase() === BAGGAGE_PREFIX
  );
}
