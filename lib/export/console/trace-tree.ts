import type { TraceRecord } from './trace-record.js';

/** A span and where it hangs. */
export interface TraceNode {
  readonly record: TraceRecord;
  /** For each level above, whether more follows on it: draws the lines of a tree. */
  readonly isLastOnLevel: readonly boolean[];
}

/**
 * The spans of a trace in the order of a tree: each below its parent, those of one parent by their
 * start. Spans whose parent is not among them stand at the top level, and so does one span of a circle
 * of parents, so that every span comes exactly once whatever is handed in.
 */
export function orderAsTree(records: readonly TraceRecord[]): TraceNode[] {
  const byStart = [...records].sort(compareStart);
  const ids = new Set(records.map(({ spanId }) => spanId));
  const children = new Map<string, TraceRecord[]>();
  const roots: TraceRecord[] = [];
  for (const record of byStart) {
    const { parentSpanId, spanId } = record;
    if (parentSpanId === undefined || parentSpanId === spanId || !ids.has(parentSpanId)) {
      roots.push(record);
      continue;
    }
    const siblings = children.get(parentSpanId);
    if (siblings === undefined) children.set(parentSpanId, [record]);
    else siblings.push(record);
  }
  const nodes: TraceNode[] = [];
  const seen = new Set<TraceRecord>();
  walk(roots, children, seen, nodes);
  for (const record of byStart) if (!seen.has(record)) walk([record], children, seen, nodes);
  return nodes;
}

/** Depth first with a stack of its own: a trace may be nested deeper than calls can be. */
function walk(
  roots: readonly TraceRecord[],
  children: ReadonlyMap<string, readonly TraceRecord[]>,
  seen: Set<TraceRecord>,
  nodes: TraceNode[],
): void {
  const pending: TraceNode[] = roots.map((record) => ({ record, isLastOnLevel: [] })).reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node.record)) continue;
    seen.add(node.record);
    nodes.push(node);
    const below = children.get(node.record.spanId) ?? [];
    for (let i = below.length - 1; i >= 0; i--) {
      pending.push({
        record: below[i] as TraceRecord,
        isLastOnLevel: [...node.isLastOnLevel, i === below.length - 1],
      });
    }
  }
}

function compareStart(a: TraceRecord, b: TraceRecord): number {
  return a.startEpochMillis - b.startEpochMillis;
}
