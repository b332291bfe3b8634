import { toleranceOf, Wait } from '../blocking.js';
import { formatNanos } from '../durations.js';
import { Fact, NO_FACT } from '../facts.js';
import { placeOf } from '../row-texts.js';
import { SpanKind } from '../span-record.js';
import { durationOf, rowKind, rowName } from '../trace-tree.js';
import type { Finding } from './finding.js';
import type { Evidence } from './finding-context.js';

const MIN_CALLS = 3;
/** Smaller savings are not worth a change. */
const MIN_PART = 0.1;
const TRANSACTION = new Set(['BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE']);
const READS = new Set(['SELECT', 'WITH', 'GET', 'FIND', 'AGGREGATE']);

/**
 * Finds calls that wait for each other without a visible need: at least three different calls below one
 * span, one after another on the critical path. Statements of a transaction share a connection, and writes
 * often need what came before, so only reads, requests and RPC count.
 */
export function couldRunTogether(evidence: Evidence): Finding[] {
  const { tree, waits } = evidence.analysis;
  const findings: Finding[] = [];
  for (const parent of parentsOf(evidence)) {
    const first = tree.childOffsets[parent] as number;
    const children = tree.children.subarray(first, tree.childOffsets[parent + 1] as number);
    const calls: number[] = [];
    let isTransaction = false;
    for (const child of children) {
      if (rowKind(tree, child) !== SpanKind.CLIENT) continue;
      const verb = evidence.signatures.verbOf(child);
      isTransaction ||= TRANSACTION.has(verb);
      const isOnPath = waits[child] === Wait.WAITED && (evidence.pathBelow[child] as number) > 0;
      if (isOnPath && isIndependent(evidence, child, verb)) calls.push(child);
    }
    if (isTransaction) continue;
    for (const run of sequencesOf(evidence, parent, calls)) {
      const finding = describe(evidence, parent, run);
      if (finding !== undefined) findings.push(finding);
    }
  }
  return findings;
}

function parentsOf({ analysis, clientRows }: Evidence): Set<number> {
  const parents = new Set(clientRows.map((row) => analysis.tree.parents[row] as number));
  parents.delete(-1);
  return parents;
}

function isIndependent({ analysis }: Evidence, row: number, verb: string): boolean {
  const { facts } = analysis.tree.trace;
  if (facts.valueOf(row, Fact.RPC_METHOD) !== NO_FACT) return true;
  return READS.has(verb);
}

/** Cuts calls into runs in which each begins when the one before has ended. */
function sequencesOf({ analysis }: Evidence, parent: number, calls: readonly number[]): number[][] {
  const { tree } = analysis;
  const tolerance = toleranceOf(tree, parent);
  const runs: number[][] = [];
  let run: number[] = [];
  for (const call of calls) {
    const last = run.at(-1);
    const isAfter =
      last === undefined ||
      (tree.starts[call] as number) >= (tree.ends[last] as number) - tolerance;
    if (!isAfter) {
      runs.push(run);
      run = [];
    }
    run.push(call);
  }
  return [...runs, run];
}

function describe(evidence: Evidence, parent: number, run: readonly number[]): Finding | undefined {
  const { tree } = evidence.analysis;
  const kinds = new Set(run.map((row) => evidence.signatures.of(row)));
  if (kinds.size < MIN_CALLS) return undefined;
  const longest = run.reduce((most, row) => Math.max(most, evidence.pathBelow[row] as number), 0);
  const saved = evidence.pathOf(run) - longest;
  if (saved < durationOf(tree, tree.mainRoot) * MIN_PART) return undefined;
  const names = [...new Set(run.map((row) => rowName(tree, row)))];
  const listed = names.length > 4 ? `${names.slice(0, 3).join(', ')} and more` : names.join(', ');
  return {
    kind: 'could-run-together',
    text: `${run.length} calls below ${placeOf(tree, parent)} run one after another: ${listed}. If they do not need each other, running them together saves at most ${formatNanos(saved)}`,
    how: `At least ${MIN_CALLS} different reads or calls below one span, each after the one before, on the critical path`,
    rows: run,
    pathNanos: saved,
  };
}
