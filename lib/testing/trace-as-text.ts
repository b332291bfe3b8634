import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '../trace/index.js';
import { quotedIfNeeded, type TextAttributes, textOfAttributes } from './attributes-as-text.js';

/** Options of {@link traceAsText}. */
export interface TraceTextOptions {
  /**
   * The attributes to show: all, none, those with the given keys, or those that a function accepts. Keys
   * are sorted. @default true
   */
  readonly attributes?: TextAttributes;
  /**
   * The shown attributes with values that are replaced by `*`, because they change between runs. The
   * function `variesBetweenRuns` selects ports, ids of messages and stack traces. @default false
   */
  readonly mask?: TextAttributes;
  /** Whether to show events other than exceptions, with their attributes. @default false */
  readonly events?: boolean;
  /** Whether to show links, by the name of the linked span if it is among the given ones. @default false */
  readonly links?: boolean;
}

/**
 * Formats traces as text, so that a test can compare them as a whole: one line for each span, below its
 * parent and indented by two spaces, siblings by their start. Several traces are sorted by their first
 * start and separated by a blank line.
 *
 * A line contains: the span's name; in brackets its kind unless it is internal, and whether its parent is
 * remote or otherwise not among the given spans; attributes; status; exceptions.
 *
 * ```text
 * GET /orders/:id [server] http.response.status_code=500 ERROR
 *   OrdersService.find order.id="42" ERROR "no such order" exception NotFoundError
 * ```
 *
 * Times and ids are not shown. Spans with equal starts keep the given order.
 */
export function traceAsText(
  spans: readonly ReadableSpan[],
  options: TraceTextOptions = {},
): string {
  const byStart = [...spans].sort((a, b) => compareTimes(a.startTime, b.startTime));
  const traces = new Map<string, ReadableSpan[]>();
  for (const span of byStart) {
    const { traceId } = span.spanContext();
    traces.set(traceId, [...(traces.get(traceId) ?? []), span]);
  }
  const textOf = (span: ReadableSpan, parentWord: string | undefined): string =>
    spanAsText(span, parentWord, byStart, options);
  return [...traces.values()].map((trace) => treeAsText(trace, textOf)).join('\n\n');
}

type SpanText = (span: ReadableSpan, parentWord: string | undefined) => string;

function treeAsText(trace: readonly ReadableSpan[], textOf: SpanText): string {
  const ids = new Set(trace.map((span) => span.spanContext().spanId));
  const written = new Set<ReadableSpan>();
  const lines: string[] = [];
  const write = (span: ReadableSpan, depth: number, parentWord: string | undefined): void => {
    if (written.has(span)) return;
    written.add(span);
    lines.push(`${'  '.repeat(depth)}${textOf(span, parentWord)}`);
    const { spanId } = span.spanContext();
    for (const child of trace) {
      if (child.parentSpanContext?.spanId === spanId) write(child, depth + 1, undefined);
    }
  };
  for (const span of trace) {
    const parent = span.parentSpanContext;
    if (parent === undefined) write(span, 0, undefined);
    else if (!ids.has(parent.spanId)) {
      write(span, 0, parent.isRemote === true ? 'remote parent' : 'parent missing');
    }
  }
  // Spans of a cycle of parents are not reachable from a root span, and must still be shown.
  for (const span of trace) write(span, 0, 'parent below');
  return lines.join('\n');
}

function spanAsText(
  span: ReadableSpan,
  parentWord: string | undefined,
  all: readonly ReadableSpan[],
  options: TraceTextOptions,
): string {
  const words = [
    quotedLineBreaks(span.name),
    tagsOf(span, parentWord),
    textOfAttributes(span.attributes, options.attributes ?? true, options.mask),
    statusOf(span),
    ...span.events.filter(isException).map((event) => exceptionAsText(event, span.status.message)),
  ];
  if (options.events === true) {
    const others = span.events.filter((event) => !isException(event));
    for (const { name, attributes = {} } of others) {
      const text = [quotedIfNeeded(name), textOfAttributes(attributes, true, options.mask)];
      words.push(`(event ${text.filter(isNotEmpty).join(' ')})`);
    }
  }
  if (options.links === true) {
    for (const link of span.links) {
      const target = all.find((other) => other.spanContext().spanId === link.context.spanId);
      words.push(`(link to ${target === undefined ? 'elsewhere' : quotedIfNeeded(target.name)})`);
    }
  }
  return words.filter(isNotEmpty).join(' ');
}

function tagsOf(span: ReadableSpan, parentWord: string | undefined): string {
  const tags: string[] = [];
  if (span.kind !== SpanKind.INTERNAL) tags.push(SpanKind[span.kind]?.toLowerCase() ?? 'no kind');
  if (parentWord !== undefined) tags.push(parentWord);
  const isSampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
  if (!isSampled) tags.push('not sampled');
  if (!span.ended) tags.push('open');
  return tags.length === 0 ? '' : `[${tags.join(', ')}]`;
}

function statusOf({ status }: ReadableSpan): string {
  if (status.code === SpanStatusCode.OK) return 'OK';
  if (status.code !== SpanStatusCode.ERROR) return '';
  return status.message === undefined ? 'ERROR' : `ERROR ${JSON.stringify(status.message)}`;
}

function isException(event: TimedEvent): boolean {
  return event.name === 'exception';
}

/** Omits the message if the status already shows the same one. */
function exceptionAsText({ attributes = {} }: TimedEvent, said: string | undefined): string {
  const message = attributes['exception.message'];
  const text = `exception ${String(attributes['exception.type'])}`;
  return message === said ? text : `${text} ${JSON.stringify(message)}`;
}

function compareTimes(a: HrTime, b: HrTime): number {
  return a[0] - b[0] || a[1] - b[1];
}

function quotedLineBreaks(text: string): string {
  return text.includes('\n') ? JSON.stringify(text) : text;
}

function isNotEmpty(text: string): boolean {
  return text !== '';
}
