import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '../trace/index.js';
import { quotedIfNeeded, type TextAttributes, textOfAttributes } from './attributes-as-text.js';

/** What {@link traceAsText} shows of each span. */
export interface TraceTextOptions {
  /**
   * Which attributes: all, none, those with these keys, or those that the function says. Keys are
   * sorted. Select where values differ from run to run, such as ports. @default true
   */
  readonly attributes?: TextAttributes;
  /** Events other than exceptions, with their attributes. @default false */
  readonly events?: boolean;
  /** Links, by the name of the span they lead to where it is among the given ones. @default false */
  readonly links?: boolean;
}

/**
 * Traces as text for a test to compare as a whole: a line for each span, below its parent and
 * indented by two spaces, brothers and sisters by their start. Several traces stand apart by a blank
 * line, by their first start.
 *
 * A line has the span's name; in brackets its kind unless it is internal, and whether its parent is
 * remote or otherwise not among the given spans; attributes; status; exceptions.
 *
 * ```text
 * GET /orders/:id [server] http.response.status_code=500 ERROR
 *   OrdersService.find order.id="42" ERROR "no such order" exception NotFoundError
 * ```
 *
 * Times and ids are not shown. Where starts are equal, the given order decides.
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
  // Spans that are each other's parents hang below no root, and must not be lost.
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
    textOfAttributes(span.attributes, options.attributes ?? true),
    statusOf(span),
    ...span.events.filter(isException).map((event) => exceptionAsText(event, span.status.message)),
  ];
  if (options.events === true) {
    const others = span.events.filter((event) => !isException(event));
    for (const { name, attributes = {} } of others) {
      const text = [quotedIfNeeded(name), textOfAttributes(attributes, true)];
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

/** The message is left out where the status just said it. */
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
