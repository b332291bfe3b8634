import {
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
} from '@opentelemetry/api';
import { readFirst } from '../carriers/carrier.js';
import {
  isSuppressed,
  type SamplingRequest,
  samplingRequestOf,
  withSamplingRequest,
} from '../context/index.js';
import { checkChoice } from '../option-checks.js';
import { type B3, parseB3Multi, parseB3Single } from './b3-syntax.js';
import { withRemoteSpan } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';

const SINGLE = 'b3';
const TRACE_ID = 'x-b3-traceid';
const SPAN_ID = 'x-b3-spanid';
const PARENT_SPAN_ID = 'x-b3-parentspanid';
const SAMPLED = 'x-b3-sampled';
const FLAGS = 'x-b3-flags';

const SHORT_TRACE_ID_LENGTH = 16;
const SHORT_TRACE_ID_PADDING = '0'.repeat(SHORT_TRACE_ID_LENGTH);

/** Options for writing B3 headers. All forms are read. */
export interface B3PropagatorOptions {
  /** The form of the injected headers: `b3`, or several `X-B3-` headers. @default 'single' */
  readonly injectFormat?: 'single' | 'multi';
  /**
   * Whether to send a trace id that starts with 16 zeros as 16 digits, for receivers that only support such
   * ids.
   *
   * @default false
   */
  readonly sendsShortTraceIds?: boolean;
}

/**
 * Propagates the headers of Zipkin: `b3`, or `X-B3-TraceId` and the other `X-B3-` headers.
 *
 * The context has a sampling request for states that the sampled flag cannot express: debug (`d`), a
 * decision without ids, and ids without a decision.
 * Spec: openzipkin/b3-propagation; OpenTelemetry, `context/api-propagators.md#b3-requirements`.
 */
export class B3Propagator implements TextMapPropagator {
  readonly #isMulti: boolean;
  readonly #sendsShortTraceIds: boolean;

  /** @throws TracingConfigError for an unknown `injectFormat` */
  constructor(options: B3PropagatorOptions = {}) {
    const { sendsShortTraceIds = false } = options;
    const injectFormat = checkChoice(
      'B3Propagator.injectFormat',
      options.injectFormat,
      'single',
      ['single', 'multi'],
      "Use 'single' unless a receiver reads only the X-B3 headers.",
    );
    this.#isMulti = injectFormat === 'multi';
    this.#sendsShortTraceIds = sendsShortTraceIds;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    if (isSuppressed(context)) return;
    const spanContext = sendableSpanContext(context);
    const state = stateOf(spanContext, samplingRequestOf(context));
    if (this.#isMulti) this.#injectMulti(spanContext, state, carrier, setter);
    else this.#injectSingle(spanContext, state, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const single = readFirst(carrier, getter, SINGLE);
    const b3 =
      (single === undefined ? undefined : parseB3Single(single)) ?? readMulti(carrier, getter);
    if (b3 === undefined) return context;
    const { traceId, spanId, request } = b3;
    if (traceId === undefined || spanId === undefined) return withSamplingRequest(context, request);
    const traceFlags = b3.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    return withRemoteSpan(context, traceId, spanId, traceFlags, undefined, request);
  }

  fields(): string[] {
    return this.#isMulti ? [TRACE_ID, SPAN_ID, SAMPLED, FLAGS] : [SINGLE];
  }

  /** The fields that it reads, in both forms. */
  allFields(): string[] {
    return [SINGLE, TRACE_ID, SPAN_ID, PARENT_SPAN_ID, SAMPLED, FLAGS];
  }

  #injectSingle(
    spanContext: SpanContext | undefined,
    state: string,
    carrier: unknown,
    setter: TextMapSetter,
  ): void {
    if (spanContext === undefined) {
      if (state !== '') setter.set(carrier, SINGLE, state);
      return;
    }
    // Concatenation: a template takes three times as long here.
    // biome-ignore lint/style/useTemplate: see above
    const ids = this.#traceIdToSend(spanContext) + '-' + spanContext.spanId;
    setter.set(carrier, SINGLE, state === '' ? ids : ids + (state === '1' ? '-1' : `-${state}`));
  }

  #injectMulti(
    spanContext: SpanContext | undefined,
    state: string,
    carrier: unknown,
    setter: TextMapSetter,
  ): void {
    if (spanContext !== undefined) {
      setter.set(carrier, TRACE_ID, this.#traceIdToSend(spanContext));
      setter.set(carrier, SPAN_ID, spanContext.spanId);
    }
    // Debug implies sampled, and replaces it.
    if (state === 'd') setter.set(carrier, FLAGS, '1');
    else if (state !== '') setter.set(carrier, SAMPLED, state);
  }

  #traceIdToSend({ traceId }: SpanContext): string {
    if (!this.#sendsShortTraceIds || !traceId.startsWith(SHORT_TRACE_ID_PADDING)) return traceId;
    return traceId.slice(SHORT_TRACE_ID_LENGTH);
  }
}

function readMulti(carrier: unknown, getter: TextMapGetter): B3 | undefined {
  return parseB3Multi(
    readFirst(carrier, getter, TRACE_ID),
    readFirst(carrier, getter, SPAN_ID),
    readFirst(carrier, getter, PARENT_SPAN_ID),
    readFirst(carrier, getter, SAMPLED),
    readFirst(carrier, getter, FLAGS),
  );
}

/** The sampling state to send; empty if there is none. */
function stateOf(
  spanContext: SpanContext | undefined,
  request: SamplingRequest | undefined,
): string {
  if (request === 'debug') return 'd';
  if (spanContext === undefined) {
    if (request === 'accept') return '1';
    return request === 'deny' ? '0' : '';
  }
  // The caller's span is forwarded, and this process has made no decision.
  if (request === 'defer' && spanContext.isRemote === true) return '';
  return (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0 ? '1' : '0';
}
