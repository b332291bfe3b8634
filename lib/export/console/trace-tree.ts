import type { TraceRecord } from './trace-record.js';

/** A span and its position in the tree. */
export interface TraceNode {
  readonly record: TraceRecord;
  /** Undefined at the top level. */
  readonly parent: TraceNode | undefined;
  /** Whether it is the last of its parent's children. */
  readonly isLast: boolean;
}

/**
 * Sorts the spans of a trace as a tree: each span after its parent, siblings by their start. Spans with a
 * missing parent are at the top level, and so is one span of each cycle of parents, so that the result
 * contains every span exactly once.
 */
export function orderAsTree(records: readonly TraceRecord[]): TraceNode[] {
  const byStart = [...records].sort((a, b) => a.startEpochMillis - b.startEpochMillis);
  const spanIds = new Set(records.map(({ spanId }) => spanId));
  const children = new Map<string, TraceRecord[]>();
  const roots: TraceRecord[] = [];
  for (const record of byStart) {
    const { parentSpanId } = record;
    if (parentSpanId === undefined || !spanIds.has(parentSpanId)) {
      roots.push(record);
      continue;
    }
    const siblings = children.get(parentSpanId);
    if (siblings === undefined) children.set(parentSpanId, [record]);
    else siblings.push(record);
  }
  const nodes: TraceNode[] = [];
  const seen = new Set<TraceRecord>();
  // Spans that are not reachable from the roots belong to cycles.
  for (const record of [...roots, ...byStart]) walk(record, children, seen, nodes);
  return nodes;
}

/** Visits depth-first with an explicit stack: deeply nested traces would overflow the call stack. */
function walk(
  root: TraceRecord,
  children: ReadonlyMap<string, readonly TraceRecord[]>,
  seen: Set<TraceRecord>,
  nodes: TraceNode[],
): void {
  const pending: TraceNode[] = [{ record: root, parent: undefined, isLast: true }];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node.record)) continue;
    seen.add(node.record);
    nodes.push(node);
    const below = children.get(node.record.spanId) ?? [];
    for (let i = below.length - 1; i >= 0; i--) {
      const record = below[i] as TraceRecord;
      pending.push({ record, parent: node, isLast: i === below.length - 1 });
    }
  }
}
