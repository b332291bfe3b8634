import { type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import {
  eraseThreshold,
  mentionsThreshold,
  OT_KEY,
  readRandomness,
  readThreshold,
  writeThreshold,
} from './ot-entry.js';
import { RootTraceState } from './root-trace-state.js';
import { SamplingDecision, type SamplingResult } from './sampler.js';
import { passes } from './threshold.js';

/** A sampling result; all of one shape, so that whoever reads them stays fast. */
export class Answer implements SamplingResult {
  readonly attributes = undefined;

  constructor(
    readonly decision: SamplingDecision,
    readonly traceState: TraceState | undefined = undefined,
  ) {}
}

/** Sampled, with the parent's trace state. */
export const SAMPLED = new Answer(SamplingDecision.RECORD_AND_SAMPLED);
/** Recorded but not sampled, with the parent's trace state. */
export const RECORDED = new Answer(SamplingDecision.RECORD);
/** Not recorded, with the parent's trace state. */
export const DROPPED = new Answer(SamplingDecision.NOT_RECORD);

/** Sampled with a known probability, in a trace that has no trace state yet. */
export function sampledRoot(threshold: string): Answer {
  const traceState = new RootTraceState(writeThreshold(undefined, threshold));
  return new Answer(SamplingDecision.RECORD_AND_SAMPLED, traceState);
}

/**
 * Sampled with the probability that belongs to `root`.
 *
 * @param root {@link sampledRoot} of `threshold`
 * @param inherited the parent's trace state
 */
export function sampledAt(
  threshold: string,
  root: Answer,
  inherited: TraceState | undefined,
): Answer {
  if (inherited === undefined) return root;
  // A child of a trace that this sampler began.
  if (inherited === root.traceState) return SAMPLED;
  const entry = inherited.get(OT_KEY);
  if (entry !== undefined && readThreshold(entry) === threshold) return SAMPLED;
  return new Answer(
    SamplingDecision.RECORD_AND_SAMPLED,
    inherited.set(OT_KEY, writeThreshold(entry, threshold)),
  );
}

/**
 * The given answer, where nothing is known about its probability or the span is dropped: then no
 * threshold may go on. Spec: `trace/tracestate-probability-sampling.md#general-requirements`.
 *
 * @param inherited the parent's trace state
 */
export function withoutThreshold(answer: Answer, inherited: TraceState | undefined): Answer {
  const entry = inherited?.get(OT_KEY);
  if (inherited === undefined || entry === undefined || !mentionsThreshold(entry)) return answer;
  const rest = eraseThreshold(entry);
  const traceState = rest === '' ? inherited.unset(OT_KEY) : inherited.set(OT_KEY, rest);
  return new Answer(answer.decision, traceState);
}

/**
 * The given answer of a sampler that follows the parent: the parent's threshold goes on, unless it
 * contradicts the decision.
 */
export function withParentThreshold(answer: Answer, parent: SpanContext | undefined): Answer {
  const inherited = parent?.traceState;
  if (parent === undefined || inherited === undefined) return answer;
  const isSampled = answer.decision === SamplingDecision.RECORD_AND_SAMPLED;
  const isParentSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
  // What was made here was looked at when its remote parent came in.
  if (parent.isRemote !== true && isParentSampled === isSampled) return answer;
  const entry = inherited.get(OT_KEY);
  if (entry === undefined || !mentionsThreshold(entry)) return answer;
  const threshold = readThreshold(entry);
  const isTrue =
    threshold !== undefined &&
    passes(threshold, readRandomness(entry) ?? parent.traceId) === isSampled;
  return isTrue ? answer : withoutThreshold(answer, inherited);
}

/** What decides about a trace: the explicit randomness of its trace state, else its id. */
export function randomnessOf(traceId: string, inherited: TraceState | undefined): string {
  const entry = inherited?.get(OT_KEY);
  return (entry === undefined ? undefined : readRandomness(entry)) ?? traceId;
}
