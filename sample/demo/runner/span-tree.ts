import type { SpanRecord } from 'nestjs-traced/viewer';
import { outlineOf } from './span-facts.js';

/** The spans of each trace, by its id. */
export function tracesOf(spans: readonly SpanRecord[]): ReadonlyMap<string, readonly SpanRecord[]> {
  const traces = new Map<string, SpanRecord[]>();
  for (const span of spans) traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
  return traces;
}

/** The spans of a trace, one in each line, below their parents and in the order in which they started. */
export function treeOf(spans: readonly SpanRecord[]): string {
  const byStart = [...spans].sort((a, b) => Number(a.startNanos - b.startNanos));
  const spanIds = new Set(spans.map(({ spanId }) => spanId));
  const linesOf = (span: SpanRecord, depth: number): string[] => [
    '  '.repeat(depth) + outlineOf(span),
    ...byStart
      .filter(({ parentSpanId }) => parentSpanId === span.spanId)
      .flatMap((child) => linesOf(child, depth + 1)),
  ];
  return byStart
    .filter(({ parentSpanId }) => parentSpanId === undefined || !spanIds.has(parentSpanId))
    .flatMap((root) => linesOf(root, 0))
    .join('\n');
}
