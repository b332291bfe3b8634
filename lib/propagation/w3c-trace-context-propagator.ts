import {
  type TraceState as ApiTraceState,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { readList, readOnly, trim } from '../carriers/carrier.js';
import { isSuppressed } from '../context/index.js';
import { digitAt, digits, SPAN_ID, TRACE_ID } from './hex.js';
import { withRemoteSpan } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';
import { TraceState } from './trace-state.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

/** `00-` + 32 digits + `-` + 16 digits + `-` + 2 digits. Later versions can append fields. */
const LENGTH = 55;
/** Maximum length for later versions. The specification defines no limit. */
const MAX_LENGTH = 512;
const TRACE_ID_START = 3;
const TRACE_ID_END = 35;
const SPAN_ID_START = 36;
const SPAN_ID_END = 52;
const IDS_AND_FLAGS = `-${TRACE_ID}-${SPAN_ID}-${digits(2)}`;
const VERSION_00 = new RegExp(`^00${IDS_AND_FLAGS}$`);
const LATER_VERSION = new RegExp(`^(?!00|ff)${digits(2)}${IDS_AND_FLAGS}(?:$|-)`);

/** Sampled and random: the flags of version 00. Other flags are ignored. */
const KNOWN_FLAGS = 0x03;
const FLAGS_TEXT = ['-00', '-01', '-02', '-03'];

/**
 * Propagates the headers `traceparent` and `tracestate`.
 * Spec: W3C Trace Context level 2; OpenTelemetry, `context/api-propagators.md`.
 */
export class W3CTraceContextPropagator implements TextMapPropagator {
  #lastForeign: ApiTraceState | undefined;
  #lastForeignText = '';

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = sendableSpanContext(context);
    if (spanContext === undefined || isSuppressed(context)) return;
    const { traceId, spanId, traceFlags, traceState } = spanContext;
    const flags = FLAGS_TEXT[traceFlags & KNOWN_FLAGS] as string;
    // Concatenation: a template takes three times as long here.
    // biome-ignore lint/style/useTemplate: see above
    setter.set(carrier, TRACEPARENT, '00-' + traceId + '-' + spanId + flags);
    if (traceState === undefined) return;
    const text =
      traceState instanceof TraceState ? traceState.serialize() : this.#foreign(traceState);
    if (text !== '') setter.set(carrier, TRACESTATE, text);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = readOnly(carrier, getter, TRACEPARENT);
    if (header === undefined || header.length > MAX_LENGTH) return context;
    const text = header.length === LENGTH ? header : trim(header);
    if (!VERSION_00.test(text) && !LATER_VERSION.test(text)) return context;
    const list = readList(carrier, getter, TRACESTATE);
    return withRemoteSpan(
      context,
      text.substring(TRACE_ID_START, TRACE_ID_END),
      text.substring(SPAN_ID_START, SPAN_ID_END),
      // The last of the two digits contains the known flags.
      digitAt(text, LENGTH - 1) & KNOWN_FLAGS,
      list === undefined || list === '' ? undefined : TraceState.parse(list),
    );
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }

  /**
   * Validates a trace state of another implementation before it becomes a header. Trace states are
   * immutable, and many spans often share one object, so the last result is cached.
   */
  #foreign(traceState: ApiTraceState): string {
    if (traceState !== this.#lastForeign) {
      this.#lastForeignText = TraceState.parse(traceState.serialize()).serialize();
      this.#lastForeign = traceState;
    }
    return this.#lastForeignText;
  }
}
