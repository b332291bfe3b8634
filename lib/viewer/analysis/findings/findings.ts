import type { TraceAnalysis } from '../analyse.js';
import { finishedBy } from '../steps.js';
import { askedTwice } from './asked-twice.js';
import { differentClocks, openSpans, parentProblems } from './assembly-findings.js';
import { lostContext } from './context-lost.js';
import { couldRunTogether } from './could-run-together.js';
import type { Finding } from './finding.js';
import { Evidence, type FindingContext } from './finding-context.js';
import { repeatedCalls } from './repeated-call.js';
import { handledFailures, retriedCalls, timeouts } from './retries.js';
import { slowerThanUsual } from './slower-than-usual.js';

type Rule = (evidence: Evidence) => readonly Finding[];

/** The rules, in the order in which their findings stand if they are about the same time. */
const RULES: readonly Rule[] = [
  openSpans,
  slowerThanUsual,
  timeouts,
  retriedCalls,
  repeatedCalls,
  couldRunTogether,
  askedTwice,
  handledFailures,
  lostContext,
  parentProblems,
  differentClocks,
];

/**
 * Finds what a reader of a trace should know about it; what costs most time on the critical path first.
 *
 * @param context what is known of other traces
 */
export function findingsOf(analysis: TraceAnalysis, context: FindingContext = {}): Finding[] {
  return finishedBy(findingSteps(analysis, context));
}

/**
 * As {@link findingsOf}, rule by rule, for a caller that has other work to do between them: with 100,000 spans a rule
 * takes some tens of milliseconds.
 */
export function* findingSteps(
  analysis: TraceAnalysis,
  context: FindingContext = {},
): Generator<void, Finding[]> {
  return yield* find(RULES, analysis, context);
}

/**
 * Of the findings of a trace those that need other traces, for readers that have this trace only: they find
 * the others by {@link findingsOf} without a context.
 */
export function contextFindingsOf(analysis: TraceAnalysis, context: FindingContext): Finding[] {
  return finishedBy(find([slowerThanUsual, lostContext], analysis, context));
}

function* find(
  rules: readonly Rule[],
  analysis: TraceAnalysis,
  context: FindingContext,
): Generator<void, Finding[]> {
  if (analysis.tree.mainRoot === -1) return [];
  const evidence = new Evidence(analysis, context);
  const findings: Finding[] = [];
  for (const rule of rules) {
    yield;
    findings.push(...rule(evidence));
  }
  return findings.sort((a, b) => b.pathNanos - a.pathNanos);
}
