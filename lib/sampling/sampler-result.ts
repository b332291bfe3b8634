import {
  type Attributes,
  type Context,
  createTraceState,
  INVALID_SPANID,
  isSpanContextValid,
  type SpanContext,
  TraceFlags,
  type TraceState,
} from '@opentelemetry/api';
import { samplingRequestOf, spanOf } from '../context/index.js';
import {
  eraseThreshold,
  mentionsThreshold,
  OT_KEY,
  readRandomness,
  readThreshold,
  writeThreshold,
} from './ot-entry.js';
import { SamplingDecision, type SamplingResult } from './sampler.js';
import { passes } from './threshold.js';

/** A sampling result. All results have one shape, so that the code that reads them stays monomorphic. */
export class SamplerResult implements SamplingResult {
  constructor(
    readonly decision: SamplingDecision,
    readonly traceState: TraceState | undefined = undefined,
    readonly attributes: Readonly<Attributes> | undefined = undefined,
  ) {}
}

/** Sampled, with the parent's trace state. */
export const SAMPLED = new SamplerResult(SamplingDecision.RECORD_AND_SAMPLED);
/**
 * As {@link SAMPLED}, by a decision whose probability nobody knows, such as that of a rate limit. Another object, so that
 * nothing that lowers sampling further writes a probability for it.
 */
export const SAMPLED_UNCOUNTED = new SamplerResult(SamplingDecision.RECORD_AND_SAMPLED);
/** Recorded but not sampled, with the parent's trace state. */
export const RECORDED = new SamplerResult(SamplingDecision.RECORD);
/** Not recorded, with the parent's trace state. */
export const DROPPED = new SamplerResult(SamplingDecision.NOT_RECORD);

/** Sampled with a known probability, in a trace without a trace state. */
export function sampledRoot(threshold: string): SamplerResult {
  const traceState = new RootTraceState(writeThreshold(undefined, threshold));
  return new SamplerResult(SamplingDecision.RECORD_AND_SAMPLED, traceState);
}

/**
 * Sampled with the probability of `root`.
 *
 * @param root {@link sampledRoot} of `threshold`
 * @param inherited the parent's trace state
 */
export function sampledAt(
  threshold: string,
  root: SamplerResult,
  inherited: TraceState | undefined,
): SamplerResult {
  if (inherited === undefined) return root;
  // The parent is a root span that this sampler sampled.
  if (inherited === root.traceState) return SAMPLED;
  const entry = inherited.get(OT_KEY);
  if (entry !== undefined && readThreshold(entry) === threshold) return SAMPLED;
  return new SamplerResult(
    SamplingDecision.RECORD_AND_SAMPLED,
    inherited.set(OT_KEY, writeThreshold(entry, threshold)),
  );
}

/**
 * Returns the decision of `result` with the inherited trace state without its threshold. Use it for dropped
 * spans, and for spans with an unknown sampling probability: these must not propagate a threshold. Spec: `trace/tracestate-probability-sampling.md#general-requirements`.
 *
 * @param inherited the parent's trace state
 */
export function withoutThreshold(
  result: SamplerResult,
  inherited: TraceState | undefined,
): SamplerResult {
  const entry = inherited?.get(OT_KEY);
  if (inherited === undefined || entry === undefined || !mentionsThreshold(entry)) return result;
  const rest = eraseThreshold(entry);
  const traceState = rest === '' ? inherited.unset(OT_KEY) : inherited.set(OT_KEY, rest);
  return new SamplerResult(result.decision, traceState);
}

/**
 * The given result of a sampler that follows the parent. Keeps the parent's threshold unless it
 * contradicts the decision.
 */
export function withParentThreshold(
  result: SamplerResult,
  parent: SpanContext | undefined,
): SamplerResult {
  const inherited = parent?.traceState;
  if (parent === undefined || inherited === undefined) return result;
  const isSampled = result.decision === SamplingDecision.RECORD_AND_SAMPLED;
  const isParentSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
  // The trace state of a local parent was checked when its remote parent was extracted.
  if (parent.isRemote !== true && isParentSampled === isSampled) return result;
  const entry = inherited.get(OT_KEY);
  if (entry === undefined || !mentionsThreshold(entry)) return result;
  const threshold = readThreshold(entry);
  const agrees =
    threshold !== undefined &&
    passes(threshold, readRandomness(entry) ?? parent.traceId) === isSampled;
  return agrees ? result : withoutThreshold(result, inherited);
}

/**
 * Returns the result for a span that is not for a sampler to decide: a debug request of the caller is sampled, and a span with a
 * parent in this process follows the parent.
 *
 * @param parent the parent of the span in `context`
 * @returns undefined for a root span, and for the span of a remote parent
 */
export function settledResult(
  context: Context,
  parent: SpanContext | undefined,
): SamplerResult | undefined {
  if (samplingRequestOf(context) === 'debug') return withoutThreshold(SAMPLED, parent?.traceState);
  if (parent === undefined || parent.isRemote === true) return undefined;
  const isSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
  return withParentThreshold(isSampled ? SAMPLED : DROPPED, parent);
}

/**
 * As {@link withParentThreshold}, for the parent in a context. Erases the threshold of a caller that leaves the
 * decision to this process: the result does not depend on it.
 */
export function withCallerThreshold(result: SamplerResult, context: Context): SamplerResult {
  const parent = spanOf(context)?.spanContext();
  const isUndecided = parent?.isRemote === true && samplingRequestOf(context) === 'defer';
  return isUndecided
    ? withoutThreshold(result, parent.traceState)
    : withParentThreshold(result, parent);
}

/** The randomness of a trace: the explicit value in its trace state, else its id. */
export function randomnessOf(traceId: string, inherited: TraceState | undefined): string {
  const entry = inherited?.get(OT_KEY);
  return (entry === undefined ? undefined : readRandomness(entry)) ?? traceId;
}

/**
 * Returns the parent of the new span; undefined for a root span. A span without valid ids is no parent.
 *
 * @param traceId trace id of the new span
 */
export function parentOf(context: Context, traceId: string): SpanContext | undefined {
  const parent = spanOf(context)?.spanContext();
  if (parent === undefined) return undefined;
  // A tracer reuses a trace id only if the parent is valid, so equal ids make the check unnecessary.
  if (parent.traceId === traceId && parent.spanId !== INVALID_SPANID) return parent;
  return isSpanContextValid(parent) ? parent : undefined;
}

/**
 * The trace state of a new trace: it contains only our own entry. All traces of a sampler share one
 * object, which is serialized once.
 */
export class RootTraceState implements TraceState {
  readonly #entry: string;
  readonly #serialized: string;

  /** @param entry the value of the member `ot` */
  constructor(entry: string) {
    this.#entry = entry;
    this.#serialized = `${OT_KEY}=${entry}`;
  }

  get(key: string): string | undefined {
    return key === OT_KEY ? this.#entry : undefined;
  }

  set(key: string, value: string): TraceState {
    return createTraceState(this.#serialized).set(key, value);
  }

  unset(key: string): TraceState {
    return key === OT_KEY ? createTraceState() : this;
  }

  serialize(): string {
    return this.#serialized;
  }
}
