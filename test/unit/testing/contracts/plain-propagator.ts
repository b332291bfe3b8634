import {
  type Context,
  isSpanContextValid,
  isValidSpanId,
  isValidTraceId,
  propagation,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { isSuppressed } from '../../../../lib/context/index.js';

const IDS = /^([0-9a-f]{32})-([0-9a-f]{16})-([01])$/;

/** A correct propagator of a user, for a format of its own. Mutants replace single methods. */
export class PlainPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    if (this.isOff(context)) return;
    const spanContext = trace.getSpanContext(context);
    if (spanContext !== undefined && this.isSendable(spanContext)) {
      setter.set(carrier, 'plain-ids', this.idsOf(spanContext));
    }
    const baggage = propagation.getBaggage(context)?.getAllEntries() ?? [];
    const entries = baggage.map(([key, { value }]) => [key, value]);
    if (entries.length > 0) {
      setter.set(carrier, 'plain-baggage', encodeURIComponent(JSON.stringify(entries)));
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    let received = context;
    const spanContext = this.readIds(this.read(carrier, 'plain-ids', getter));
    if (spanContext !== undefined) received = trace.setSpanContext(received, spanContext);
    const entries = this.readBaggage(this.read(carrier, 'plain-baggage', getter));
    if (entries.length === 0) return received;
    const baggage = entries.map(([key, value]) => [key, { value }]);
    return propagation.setBaggage(
      received,
      propagation.createBaggage(Object.fromEntries(baggage) as never),
    );
  }

  fields(): string[] {
    return ['plain-ids', 'plain-baggage'];
  }

  isOff(context: Context): boolean {
    return isSuppressed(context);
  }

  isSendable(spanContext: SpanContext): boolean {
    const { traceId, spanId } = spanContext;
    const areTexts = typeof traceId === 'string' && typeof spanId === 'string';
    if (!areTexts || !isSpanContextValid(spanContext)) return false;
    return `${traceId}${spanId}` === `${traceId}${spanId}`.toLowerCase() && !spanId.includes('\n');
  }

  idsOf({ traceId, spanId, traceFlags }: SpanContext): string {
    return `${traceId}-${spanId}-${traceFlags & 1}`;
  }

  read(carrier: unknown, field: string, getter: TextMapGetter): string {
    if (carrier === null || carrier === undefined) return '';
    const value = getter.get(carrier, field);
    return typeof value === 'string' ? value : '';
  }

  readIds(text: string): SpanContext | undefined {
    const [, traceId = '', spanId = '', flags] = IDS.exec(text) ?? [];
    if (!isValidTraceId(traceId) || !isValidSpanId(spanId)) return undefined;
    return { traceId, spanId, traceFlags: Number(flags), isRemote: true };
  }

  readBaggage(text: string): [string, string][] {
    try {
      const entries = JSON.parse(decodeURIComponent(text)) as unknown;
      if (!Array.isArray(entries)) return [];
      return entries.filter(isEntry).slice(0, 1);
    } catch {
      return [];
    }
  }
}

function isEntry(entry: unknown): entry is [string, string] {
  if (!Array.isArray(entry) || entry.length !== 2) return false;
  return entry.every((part) => typeof part === 'string') && /^[a-z]+$/.test(String(entry[0]));
}
