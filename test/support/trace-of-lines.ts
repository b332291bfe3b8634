import {
  type AnyAttributes,
  columnsFromSpans,
  nameOf,
  SpanKind,
  type SpanRecord,
  SpanStatus,
  type TraceColumns,
} from '../../lib/viewer/analysis/index.js';

const KINDS: Readonly<Record<string, SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** Attributes and more for the spans of {@link spansOfLines}, by name. */
export type SpanExtras = Readonly<Record<string, Partial<SpanRecord>>>;

/**
 * Reads a trace from text: a span a line, below its parent. A line has the name, in brackets words for the
 * kind and `failed`, `@service` (else the parent's), and the times from-to in milliseconds; `-` without an
 * end for a running span.
 *
 * ```text
 * GET /orders [server] @gateway 0-100
 *   SELECT items [client failed] @orders 10-30
 * ```
 */
export function spansOfLines(text: string, extras: SpanExtras = {}): SpanRecord[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map(indentOf));
  const open: { span: SpanRecord; service: string }[] = [];
  const resources = new Map<string, { attributes: AnyAttributes }>();
  return lines.map((line, index) => {
    const depth = (indentOf(line) - margin) / 2;
    open.length = depth;
    const parent = open[depth - 1];
    const match = /^(.+?)(?: \[([^\]]*)\])?(?: @(\S+))? (-?[\d.]+)-(-?[\d.]*)$/.exec(line.trim());
    if (match === null) throw new Error(`Not a span: ${line}`);
    const [, name = '', words = '', ownService, from, to] = match;
    const service = ownService ?? parent?.service ?? 'app';
    const resource = resources.get(service) ?? { attributes: { 'service.name': service } };
    resources.set(service, resource);
    const kind = words
      .split(' ')
      .map((word) => KINDS[word])
      .find((found) => found !== undefined);
    const span: SpanRecord = {
      traceId: 'a'.repeat(32),
      spanId: (index + 1).toString(16).padStart(16, '0'),
      ...(parent === undefined ? {} : { parentSpanId: parent.span.spanId }),
      name,
      kind: kind ?? SpanKind.INTERNAL,
      status: words.split(' ').includes('failed') ? SpanStatus.ERROR : SpanStatus.UNSET,
      startNanos: nanosOf(from as string),
      ...(to === '' ? {} : { endNanos: nanosOf(to as string) }),
      resource,
      ...extras[name],
    };
    open[depth] = { span, service };
    return span;
  });
}

/** {@link spansOfLines} as columns; row `i` is line `i`. */
export function traceOfLines(text: string, extras: SpanExtras = {}): TraceColumns {
  return columnsFromSpans(spansOfLines(text, extras));
}

/** The row of the first span with that name. */
export function rowNamed(trace: TraceColumns, name: string): number {
  for (let row = 0; row < trace.spanCount; row++) if (nameOf(trace, row) === name) return row;
  throw new Error(`No span ${name}`);
}

const BASE_NANOS = 1_700_000_000_000_000_000n;

function nanosOf(millis: string): bigint {
  return BASE_NANOS + BigInt(Math.round(Number(millis) * 1e6));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
