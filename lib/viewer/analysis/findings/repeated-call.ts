import { toleranceOf } from '../blocking.js';
import { callIdsOf, NumberIds, pairKey } from '../call-ids.js';
import { counted, formatPart } from '../durations.js';
import { Fact } from '../facts.js';
import { placeOf } from '../row-texts.js';
import { numberOf } from '../trace-columns.js';
import { durationOf, type TraceTree } from '../trace-tree.js';
import type { Finding } from './finding.js';
import type { Evidence } from './finding-context.js';

const MIN_CALLS = 5;

/** Equal calls below one span: their parent, or the parent of their parents. */
interface CallGroup {
  readonly above: number;
  readonly rows: number[];
}

/**
 * Finds calls that are repeated: the N+1 queries of a loop. At least five equal calls, each after the one
 * before, below one span: directly, or each below a span of its own with one name.
 */
export function repeatedCalls(evidence: Evidence): Finding[] {
  const { tree } = evidence.analysis;
  const byParent = new Map<number, CallGroup>();
  for (const row of evidence.clientRows) {
    const parent = tree.parents[row] as number;
    if (parent === -1) continue;
    addTo(byParent, pairKey(parent, evidence.signatures.of(row)), parent, row);
  }
  const found: CallGroup[] = [];
  const byGrandparent = new Map<number, CallGroup>();
  const { ids } = callIdsOf(tree);
  const namesAndCalls = new NumberIds();
  for (const group of byParent.values()) {
    if (isRepeated(tree, group)) {
      found.push(group);
      continue;
    }
    const grandparent = tree.parents[group.above] as number;
    if (grandparent === -1 || group.above >= tree.trace.spanCount) continue;
    const between = ids[group.above] as number;
    for (const row of group.rows) {
      const call = namesAndCalls.idOf(pairKey(between, evidence.signatures.of(row)));
      addTo(byGrandparent, pairKey(grandparent, call), grandparent, row);
    }
  }
  found.push(...[...byGrandparent.values()].filter((group) => isRepeated(tree, group)));
  return merged(evidence, found).map((groups) => describe(evidence, groups));
}

function addTo(groups: Map<number, CallGroup>, key: number, above: number, row: number): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { above, rows: [row] });
  else group.rows.push(row);
}

function isRepeated(tree: TraceTree, { above, rows }: CallGroup): boolean {
  return rows.length > 0 && longestSequence(tree, rows, toleranceOf(tree, above)) >= MIN_CALLS;
}

/** The most calls of which each begins after the one before has ended; a span may stand for several. */
function longestSequence(tree: TraceTree, rows: readonly number[], tolerance: number): number {
  const byEnd = rows.toSorted((a, b) => (tree.ends[a] as number) - (tree.ends[b] as number));
  let count = 0;
  let lastEnd = -Infinity;
  for (const row of byEnd) {
    if ((tree.starts[row] as number) < lastEnd - tolerance) continue;
    count += callsOf(tree, row);
    lastEnd = tree.ends[row] as number;
  }
  return count;
}

function callsOf({ trace }: TraceTree, row: number): number {
  return numberOf(trace, row, Fact.FOLDED_COUNT) ?? 1;
}

/** Groups below spans of one name are one finding: a handler may run several times in a trace. */
function merged({ analysis, signatures }: Evidence, groups: readonly CallGroup[]): CallGroup[][] {
  const { services, names } = analysis.tree.trace;
  const same = new Map<string, CallGroup[]>();
  for (const group of groups) {
    const signature = signatures.of(group.rows[0] as number);
    const key = `${services[group.above]} ${names[group.above]} ${signature}`;
    const others = same.get(key);
    if (others === undefined) same.set(key, [group]);
    else others.push(group);
  }
  return [...same.values()];
}

function describe(evidence: Evidence, groups: readonly CallGroup[]): Finding {
  const { tree } = evidence.analysis;
  const rows = groups.flatMap((group) => group.rows);
  const callCount = rows.reduce((sum, row) => sum + callsOf(tree, row), 0);
  const { above } = groups[0] as CallGroup;
  const times = groups.length === 1 ? '' : `${counted(groups.length, 'call')} of `;
  const pathNanos = evidence.pathOf(rows);
  const part = pathNanos === 0 ? '' : `: ${formatPart(pathNanos, durationOf(tree, tree.mainRoot))}`;
  return {
    kind: 'repeated-call',
    text: `${callCount.toLocaleString('en-US')} × ${placeOf(tree, rows[0] as number)}, one after another below ${times}${placeOf(tree, above)}${part}`,
    how: `At least ${MIN_CALLS} equal calls, each after the one before, below one span or its children of one name`,
    rows,
    pathNanos,
  };
}
