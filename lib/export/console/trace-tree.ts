import type { TraceRecord } from './trace-record.js';

/** A span and where it hangs. */
export interface TraceNode {
  readonly record: TraceRecord;
  /** Undefined at the top level. */
  readonly parent: TraceNode | undefined;
  /** Whether it is the last of its parent's children. */
  readonly isLast: boolean;
}

/**
 * The spans of a trace in the order of a tree: each below its parent, those of one parent by their
 * start. Spans whose parent is not among them stand at the top level, and so does one span of a circle
 * of parents, so that every span comes exactly once whatever is handed in.
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
  // What the roots do not lead to is in circles.
  for (const record of [...roots, ...byStart]) walk(record, children, seen, nodes);
  return nodes;
}

/** Depth first with a stack of its own: a trace may be nested deeper than calls can be. */
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
