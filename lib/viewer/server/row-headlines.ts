import { analyse, type TraceAnalysis } from '../analysis/analyse.js';
import { findingsOf } from '../analysis/findings/findings.js';
import { headlineOf, type Sentence, type SentenceKind } from '../analysis/headline.js';
import { placeOf } from '../analysis/row-texts.js';
import { RowFlag } from '../analysis/trace-columns.js';
import { hasFlag } from '../analysis/trace-tree.js';
import type { HeadlineKind, RowHeadline } from '../api/trace-row.js';
import type { TraceEntry } from '../store/trace-entry.js';

/** Findings of longer traces take too long for a list; the trace itself shows them. */
const MAX_FINDINGS_SPANS = 10_000;
/** A finding about a smaller part of the time is not what the row of a trace tells. */
const MIN_FINDING_PART = 0.1;

interface Known {
  readonly revision: number;
  readonly headline: RowHeadline | undefined;
}

/** The sentences of rows: computed once for each state of a trace that has settled, and kept with it. */
export class RowHeadlines {
  readonly #known = new WeakMap<TraceEntry, Known>();
  readonly #endOf: (entry: TraceEntry) => number;

  /** @param endOf the end of running spans, in nanoseconds after the base of a trace */
  constructor(endOf: (entry: TraceEntry) => number = (entry) => entry.outline().end) {
    this.#endOf = endOf;
  }

  /** Whether {@link headlineOf} has nothing to compute. */
  isKnown(entry: TraceEntry): boolean {
    return this.#known.get(entry)?.revision === entry.spanRevision;
  }

  /** The sentence, if it has been computed. */
  known(entry: TraceEntry): RowHeadline | undefined {
    return this.isKnown(entry) ? this.#known.get(entry)?.headline : undefined;
  }

  /** Computes the sentence, unless it is known. */
  headlineOf(entry: TraceEntry): RowHeadline | undefined {
    if (this.isKnown(entry)) return this.known(entry);
    const analysis = analyse(entry.columns(), { nowNanos: this.#endOf(entry) });
    const headline = rowHeadline(analysis, entry.spanCount <= MAX_FINDINGS_SPANS);
    this.#known.set(entry, { revision: entry.spanRevision, headline });
    return headline;
  }
}

const KINDS: Readonly<Record<SentenceKind, HeadlineKind>> = {
  failed: 'failed',
  refused: 'refused',
  running: 'running',
  handled: 'handled',
  later: 'handled',
  slow: 'slow',
};

/** A failure comes first, then what can be improved, then where the time went. */
function rowHeadline(analysis: TraceAnalysis, hasFindings: boolean): RowHeadline | undefined {
  const sentences = headlineOf(analysis);
  const [first] = sentences;
  if (first?.kind === 'running') return { kind: 'running', text: runningText(analysis, first) };
  if (first === undefined || first.kind !== 'slow' || !hasFindings) return first && rowOf(first);
  const rootNanos = analysis.path.pathNanos.reduce((sum, nanos) => sum + nanos, 0);
  const finding = findingsOf(analysis).find(
    ({ pathNanos }) => pathNanos >= rootNanos * MIN_FINDING_PART,
  );
  return finding === undefined ? rowOf(first) : { kind: 'finding', text: finding.text };
}

/** A row is not sent again as time passes, so it names no time of a span that is running. */
function runningText({ tree }: TraceAnalysis, { text, rows }: Sentence): string {
  const { mainRoot } = tree;
  const isGone = hasFlag(tree, mainRoot, RowFlag.PROCESS_GONE);
  return isGone ? text : `Running: ${placeOf(tree, rows[0] ?? mainRoot)}`;
}

function rowOf({ kind, text }: Sentence): RowHeadline {
  return { kind: KINDS[kind], text };
}
