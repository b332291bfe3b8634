import {
  type TraceState as ApiTraceState,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { readList, readOnly, trim } from './carrier.js';
import { hexByte, isId } from './hex.js';
import { isSuppressed, withRemoteSpan } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';
import { TraceState } from './trace-state.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

/** `00-` + 32 digits + `-` + 16 digits + `-` + 2 digits. */
const LENGTH = 55;
const TRACE_ID_START = 3;
const TRACE_ID_END = 35;
const SPAN_ID_START = 36;
const SPAN_ID_END = 52;
const FLAGS_START = 53;
const DASH = 0x2d;
const FORBIDDEN_VERSION = 0xff;

/** Sampled and random: the bits that version 00 defines. Others are neither kept nor sent. */
const KNOWN_FLAGS = 0x03;
const FLAGS_TEXT = ['-00', '-01', '-02', '-03'];

/**
 * The headers `traceparent` and `tracestate`.
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
    // Added up, not a template, which takes three times as long here.
    // biome-ignore lint/style/useTemplate: see above
    setter.set(carrier, TRACEPARENT, '00-' + traceId + '-' + spanId + flags);
    if (traceState === undefined) return;
    const text =
      traceState instanceof TraceState ? traceState.serialize() : this.#foreign(traceState);
    if (text !== '') setter.set(carrier, TRACESTATE, text);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = readOnly(carrier, getter, TRACEPARENT);
    if (header === undefined) return context;
    const text = header.length === LENGTH ? header : trim(header);
    if (!hasTraceparentShape(text)) return context;
    const flags = hexByte(text, FLAGS_START);
    const isValid =
      flags >= 0 &&
      isId(text, TRACE_ID_START, TRACE_ID_END) &&
      isId(text, SPAN_ID_START, SPAN_ID_END);
    if (!isValid) return context;
    const list = readList(carrier, getter, TRACESTATE);
    return withRemoteSpan(
      context,
      text.substring(TRACE_ID_START, TRACE_ID_END),
      text.substring(SPAN_ID_START, SPAN_ID_END),
      flags & KNOWN_FLAGS,
      list === undefined || list === '' ? undefined : TraceState.parse(list),
    );
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }

  /**
   * What another implementation holds is checked before it becomes a header. Trace states are
   * immutable and often one object serves many spans, so the last one is remembered.
   */
  #foreign(traceState: ApiTraceState): string {
    if (traceState !== this.#lastForeign) {
      this.#lastForeignText = TraceState.parse(traceState.serialize()).serialize();
      this.#lastForeign = traceState;
    }
    return this.#lastForeignText;
  }
}

/** Read by position: in version 00 and all later ones the first 55 characters stay the same. */
function hasTraceparentShape(text: string): boolean {
  return (
    text.length >= LENGTH &&
    text.charCodeAt(TRACE_ID_START - 1) === DASH &&
    text.charCodeAt(TRACE_ID_END) === DASH &&
    text.charCodeAt(SPAN_ID_END) === DASH &&
    isVersion(text)
  );
}

/** Version 00 ends after the flags; a later one may go on after a dash; ff is forbidden. */
function isVersion(text: string): boolean {
  const version = hexByte(text, 0);
  if (version < 0 || version === FORBIDDEN_VERSION) return false;
  return text.length === LENGTH || (version > 0 && text.charCodeAt(LENGTH) === DASH);
}
