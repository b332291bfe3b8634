import {
  type Context,
  isSpanContextValid,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';

const HEADER = 'x-shop-trace';
const FORMAT = /^([0-9a-f]{32}):([0-9a-f]{16}):([01])$/;

/** The format `<trace id>:<span id>:<sampled>` of an older system. */
export class ColonPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || isTracingSuppressed(context)) return;
    const { traceId, spanId, traceFlags } = spanContext;
    const value = `${traceId}:${spanId}:${traceFlags & 1}`;
    if (isSpanContextValid(spanContext) && FORMAT.test(value)) setter.set(carrier, HEADER, value);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const given = getter.get(carrier, HEADER);
    const [value] = Array.isArray(given) ? given : [given];
    const match = typeof value === 'string' ? FORMAT.exec(value) : null;
    if (match === null) return context;
    const [, traceId = '', spanId = '', sampled] = match;
    const spanContext = { traceId, spanId, traceFlags: Number(sampled), isRemote: true };
    if (!isSpanContextValid(spanContext)) return context;
    return trace.setSpanContext(context, spanContext);
  }

  fields(): string[] {
    return [HEADER];
  }
}
