import type { ReceivedSpan } from './received-span.js';

/** A span with the spans that it caused, in the order in which they started. */
export interface SpanTree {
  readonly span: ReceivedSpan;
  readonly children: readonly SpanTree[];
}

/**
 * Joins spans, whichever service they came from, to one tree for each trace.
 *
 * @returns by trace id; more than one tree where spans are missing between
 */
export function growTrees(spans: readonly ReceivedSpan[]): ReadonlyMap<string, SpanTree[]> {
  const byStart = [...spans].sort((a, b) => Number(a.startNanos - b.startNanos));
  const spanIds = new Set(spans.map(({ spanId }) => spanId));
  const grow = (span: ReceivedSpan): SpanTree => ({
    span,
    children: byStart.filter(({ parentSpanId }) => parentSpanId === span.spanId).map(grow),
  });
  const roots = byStart.filter(({ parentSpanId }) => !spanIds.has(parentSpanId));
  const trees = new Map<string, SpanTree[]>();
  for (const root of roots) {
    trees.set(root.traceId, [...(trees.get(root.traceId) ?? []), grow(root)]);
  }
  return trees;
}

/** A tree as a list, parents first, with how deep each span stands. */
export function* walk(tree: SpanTree, depth = 0): Generator<{ tree: SpanTree; depth: number }> {
  yield { tree, depth };
  for (const child of tree.children) yield* walk(child, depth + 1);
}

/** `orders POST /orders [server] 201`, each line below its parent's. */
export function outlineOf(trees: readonly SpanTree[]): string {
  return trees
    .flatMap((root) => [...walk(root)])
    .map(({ tree, depth }) => `${'  '.repeat(depth)}${tree.span.serviceName} ${titleOf(tree.span)}`)
    .join('\n');
}

/** A span in one line: name, kind unless internal, status of HTTP or gRPC, whether it failed. */
export function titleOf({ name, kind, attributes, isFailed }: ReceivedSpan): string {
  const status = attributes.get('http.response.status_code') ?? attributes.get('rpc.status_code');
  return [
    name,
    kind === 'internal' ? '' : `[${kind}]`,
    status === undefined ? '' : String(status),
    isFailed ? 'FAILED' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}
