import {
  type Baggage,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
} from '@opentelemetry/api';
import { readFirst } from './carrier.js';
import { hexByte, isHex, isId, SPAN_ID_LENGTH, TRACE_ID_LENGTH } from './hex.js';
import { percentDecode } from './percent-decode.js';
import { isSuppressed, samplingRequestOf, withRemoteSpan } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';

const UBER_TRACE_ID = 'uber-trace-id';
const BAGGAGE_PREFIX = 'uberctx-';
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
  const parts = percentDecode(header).split(':');
  if (parts.length !== 4) return context;
  const [traceIdText, spanIdText, parentSpanId, flagsText] = parts as [
    string,
    string,
    string,
    string,
  ];
  const traceId = padded(traceIdText, TRACE_ID_LENGTH);
  const spanId = padded(spanIdText, SPAN_ID_LENGTH);
  const flags = hexByte(flagsText.padStart(2, '0'), 0);
  const isValid =
    isId(traceId, 0, TRACE_ID_LENGTH) &&
    isId(spanId, 0, SPAN_ID_LENGTH) &&
    isHex(parentSpanId, 0, parentSpanId.length) &&
    parentSpanId.length <= SPAN_ID_LENGTH &&
    flagsText.length > 0 &&
    flagsText.length <= 2 &&
    flags >= 0;
  if (!isValid) return context;
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

/** Jaeger leaves out leading zeros. An id that is too long becomes one that is none. */
function padded(id: string, length: number): string {
  return id.length > length ? '' : id.padStart(length, '0');
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
