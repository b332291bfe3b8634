import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
} from '@opentelemetry/api';
import { readFirst, readOnly, trim } from '../carriers/carrier.js';
import { isSuppressed, samplingRequestOf } from '../context/index.js';
import { checkBoolean } from '../option-checks.js';
import { isSpanId, isTraceId, SPAN_ID_LENGTH, TRACE_ID_LENGTH } from './hex.js';
import { percentDecode, percentEncode } from './percent-encoding.js';
import {
  type PrefixedBaggageFormat,
  readPrefixedBaggage,
  writePrefixedBaggage,
} from './prefixed-baggage.js';
import { withRemoteSpan } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';

const TRACE_ID = 'ot-tracer-traceid';
const SPAN_ID = 'ot-tracer-spanid';
const SAMPLED = 'ot-tracer-sampled';
const HALF_LENGTH = 16;
const ZERO_HALF = '0'.repeat(HALF_LENGTH);
const SPACE = 0x20;
const TILDE = 0x7e;
const PERCENT = 0x25;
const BAGGAGE: PrefixedBaggageFormat = {
  prefix: 'ot-baggage-',
  // Values can contain commas, which other tracers do not encode.
  read: (carrier, getter, field) => {
    const value = readOnly(carrier, getter, field);
    return value === undefined ? undefined : trim(value);
  },
  decode: percentDecode,
  encode: encodeValue,
};

/** Options of an {@link OtTracePropagator}. */
export interface OtTracePropagatorOptions {
  /**
   * Whether only the lower half of the trace id is sent, as the tracers of this format do, because their ids have
   * 16 digits. False sends 32 digits: OpenTelemetry's propagators accept them, and the trace keeps its id.
   *
   * @default true
   */
  readonly sendsShortTraceIds?: boolean;
}

/**
 * Propagates the headers of OpenTracing's basic tracers and of Lightstep: `ot-tracer-traceid`, `ot-tracer-spanid`,
 * `ot-tracer-sampled`, and one header `ot-baggage-{key}` for each baggage entry, at most 64 entries and 8192 bytes.
 * Without `ot-tracer-sampled`, the sampler of this process decides.
 * Spec: OpenTelemetry, `context/api-propagators.md#propagators-distribution`, "OT Trace".
 */
export class OtTracePropagator implements TextMapPropagator {
  readonly #sendsShortTraceIds: boolean;

  /** @throws TracingConfigError for an invalid option */
  constructor(options: OtTracePropagatorOptions = {}) {
    this.#sendsShortTraceIds = checkBoolean(
      'OtTracePropagator.sendsShortTraceIds',
      options.sendsShortTraceIds,
      true,
    );
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    if (isSuppressed(context)) return;
    this.#injectSpan(context, carrier, setter);
    for (const [name, value] of writePrefixedBaggage(context, BAGGAGE)) {
      setter.set(carrier, name, value);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return readPrefixedBaggage(withSpan(context, carrier, getter), carrier, getter, BAGGAGE);
  }

  /** Does not contain the headers of baggage, because their names depend on the entries. */
  fields(): string[] {
    return [TRACE_ID, SPAN_ID, SAMPLED];
  }

  /** The fields that it reads or writes; a name that ends in `*` stands for a prefix. */
  allFields(): string[] {
    return [TRACE_ID, SPAN_ID, SAMPLED, `${BAGGAGE.prefix}*`];
  }

  #injectSpan(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = sendableSpanContext(context);
    if (spanContext === undefined) return;
    const { traceId, spanId, traceFlags } = spanContext;
    const lowerHalf = traceId.slice(HALF_LENGTH);
    // A receiver would have to reject an id of zeros.
    const isShort = this.#sendsShortTraceIds && lowerHalf !== ZERO_HALF;
    setter.set(carrier, TRACE_ID, isShort ? lowerHalf : traceId);
    setter.set(carrier, SPAN_ID, spanId);
    const isUndecided = spanContext.isRemote === true && samplingRequestOf(context) === 'defer';
    if (isUndecided) return;
    const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    setter.set(carrier, SAMPLED, isSampled ? 'true' : 'false');
  }
}

function withSpan(context: Context, carrier: unknown, getter: TextMapGetter): Context {
  const traceId = readId(carrier, getter, TRACE_ID, TRACE_ID_LENGTH);
  const spanId = readId(carrier, getter, SPAN_ID, SPAN_ID_LENGTH);
  if (traceId === undefined || spanId === undefined) return context;
  if (!isTraceId(traceId) || !isSpanId(spanId)) return context;
  const sampled = readFirst(carrier, getter, SAMPLED);
  const isSampled = sampled === 'true' || sampled === '1';
  const isDecided = isSampled || sampled === 'false' || sampled === '0';
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const request = isDecided ? undefined : 'defer';
  return withRemoteSpan(context, traceId, spanId, traceFlags, undefined, request);
}

/** Basic tracers write ids without leading zeros. */
function readId(
  carrier: unknown,
  getter: TextMapGetter,
  field: string,
  length: number,
): string | undefined {
  const text = readFirst(carrier, getter, field);
  return text === undefined || text.length > length ? undefined : text.padStart(length, '0');
}

/**
 * Other tracers do not decode values, so only percent signs are encoded, and what HTTP does not carry: other
 * characters than printable ASCII, and spaces at the ends.
 */
function encodeValue(value: string): string {
  let encoded = '';
  let start = 0;
  const last = value.length - 1;
  for (let at = 0; at <= last; at++) {
    const code = value.charCodeAt(at);
    const isEdge = at === 0 || at === last;
    if (code <= TILDE && code !== PERCENT && (isEdge ? code > SPACE : code >= SPACE)) continue;
    const char = String.fromCodePoint(value.codePointAt(at) as number);
    encoded += value.slice(start, at) + percentEncode(char);
    at += char.length - 1;
    start = at + 1;
  }
  return start === 0 ? value : encoded + value.slice(start);
}
