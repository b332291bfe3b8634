import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
} from '@opentelemetry/api';
import { readFirst } from '../carriers/carrier.js';
import { isSuppressed, samplingRequestOf } from '../context/index.js';
import { checkBoolean } from '../option-checks.js';
import { decimalFromHex, hexFromDecimal } from './decimal-id.js';
import { digits, isSpanId, isTraceId, TRACE_ID_LENGTH } from './hex.js';
import { withRemoteSpan, withRootOfTrace } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';

const CLOUD_TRACE_CONTEXT = 'x-cloud-trace-context';
/** The options are a bit field; its lowest bit says that the trace is recorded. */
const VALUE = new RegExp(`^(${digits(TRACE_ID_LENGTH)})(?:/([0-9]{1,20}))?(?:;o=([0-9]{1,2}))?$`);
const MAX_VALUE_LENGTH = 64;
const RECORDED = 1;

/** Options of a {@link CloudTracePropagator}. */
export interface CloudTracePropagatorOptions {
  /**
   * Whether to send the header. Google's services force the recording of requests with `o=1`, so that sampled traces
   * can be recorded more often there than configured.
   *
   * @default false
   */
  readonly injects?: boolean;
}

/**
 * Propagates the header of Google Cloud: `X-Cloud-Trace-Context: {trace id}/{span id};o={options}`, with the span id
 * in decimal. Load balancers, Cloud Run, Cloud Functions and App Engine send it.
 *
 * Without a span id, or with the span id 0, a root span starts with the trace id. Without `o`, the sampler of this
 * process decides.
 * Spec: Google Cloud, "Trace context", "Legacy trace context".
 */
export class CloudTracePropagator implements TextMapPropagator {
  readonly #injects: boolean;

  /** @throws TracingConfigError for an invalid option */
  constructor(options: CloudTracePropagatorOptions = {}) {
    this.#injects = checkBoolean('CloudTracePropagator.injects', options.injects, false);
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    if (!this.#injects || isSuppressed(context)) return;
    const spanContext = sendableSpanContext(context);
    if (spanContext === undefined) return;
    const { traceId, spanId, traceFlags } = spanContext;
    const ids = `${traceId}/${decimalFromHex(spanId)}`;
    const isUndecided = spanContext.isRemote === true && samplingRequestOf(context) === 'defer';
    const options = isUndecided ? '' : `;o=${traceFlags & TraceFlags.SAMPLED}`;
    setter.set(carrier, CLOUD_TRACE_CONTEXT, ids + options);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = readFirst(carrier, getter, CLOUD_TRACE_CONTEXT);
    if (header === undefined || header.length > MAX_VALUE_LENGTH) return context;
    const parts = VALUE.exec(header.toLowerCase());
    if (parts === null) return context;
    const [, traceId = '', decimal, options] = parts;
    if (!isTraceId(traceId)) return context;
    const isSampled = options === undefined ? undefined : (Number(options) & RECORDED) !== 0;
    const spanId = decimal === undefined ? undefined : hexFromDecimal(decimal);
    // More than 64 bits.
    if (decimal !== undefined && spanId === undefined) return context;
    if (spanId === undefined || !isSpanId(spanId)) {
      return withRootOfTrace(context, traceId, isSampled);
    }
    const traceFlags = isSampled === true ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const request = isSampled === undefined ? 'defer' : undefined;
    return withRemoteSpan(context, traceId, spanId, traceFlags, undefined, request);
  }

  fields(): string[] {
    return this.#injects ? [CLOUD_TRACE_CONTEXT] : [];
  }

  /** The field that it reads, also if it injects nothing. */
  allFields(): string[] {
    return [CLOUD_TRACE_CONTEXT];
  }
}
