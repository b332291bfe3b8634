import { lineOf, placeOf } from '../row-texts.js';
import { SpanKind } from '../span-record.js';
import type { TraceResource } from '../trace-columns.js';
import { rowKind } from '../trace-tree.js';
import type { Finding } from './finding.js';
import type { Evidence } from './finding-context.js';

/**
 * Finds traces that are probably a part of another one: the root is no request and no message, and when it
 * began its process was working on exactly one.
 */
export function lostContext({ analysis, context }: Evidence): Finding[] {
  const { tree } = analysis;
  const { trace } = tree;
  const root = tree.mainRoot;
  if (context.requestsAt === undefined || root === -1 || root >= trace.spanCount) return [];
  const kind = rowKind(tree, root);
  if (kind === SpanKind.SERVER || kind === SpanKind.CONSUMER) return [];
  const process = trace.resourceTable[trace.resources[root] as number] as TraceResource;
  const epochNanos = trace.base + BigInt(trace.starts[root] as number);
  const others = context
    .requestsAt(process, epochNanos)
    .filter(({ traceId }) => traceId !== trace.traceId);
  const [request] = others;
  if (others.length !== 1 || request === undefined) return [];
  return [
    {
      kind: 'context-lost',
      text: `${placeOf(tree, root)} began while its process worked on ${lineOf(request.name)} only (trace ${lineOf(request.traceId)}), but has no parent: its context was probably lost`,
      how: 'A root that is no request and no message, inside exactly one request of its own process',
      rows: [root],
      pathNanos: 0,
    },
  ];
}
