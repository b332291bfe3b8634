import type { Attributes, Context, Link, SpanContext, SpanKind } from '@opentelemetry/api';
import { samplingRequestOf } from '../context/index.js';
import { AlwaysRecordSampler } from './always-record-sampler.js';
import { OT_KEY, readThreshold, writeThreshold } from './ot-entry.js';
import type { OverheadGovernor } from './overhead-governor.js';
import {
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  shutDownSamplers,
  startSamplers,
} from './sampler.js';
import {
  DROPPED,
  parentOf,
  RECORDED,
  RootTraceState,
  randomnessOf,
  SAMPLED,
  type SamplerResult,
  withoutThreshold,
} from './sampler-result.js';
import { passes } from './threshold.js';

/**
 * The sampler of an application with the option `maxOverheadRatio`. Of the new traces that the given sampler selects, it
 * samples the share that the governor allows; spans with a parent follow the given sampler, so that no trace has gaps.
 *
 * Decides by the randomness of the trace as other samplers do, so that a lower share keeps a subset of the traces. The
 * threshold that is propagated is the higher one of both. Where the probability of the given sampler is not known, none is
 * propagated.
 */
export class GovernedSampler implements Sampler {
  readonly followsUnsampledParent: boolean;
  readonly #sampler: Sampler;
  readonly #governor: OverheadGovernor;
  /** Spans that {@link AlwaysRecordSampler} does not export are recorded nevertheless. */
  readonly #dropped: SamplerResult;

  constructor(sampler: Sampler, governor: OverheadGovernor) {
    this.#sampler = sampler;
    this.#governor = governor;
    this.#dropped = sampler instanceof AlwaysRecordSampler ? RECORDED : DROPPED;
    this.followsUnsampledParent = sampler.followsUnsampledParent === true;
  }

  get ignoresAttributes(): boolean {
    return this.#sampler.ignoresAttributes === true;
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const governor = this.#governor;
    const { meter } = governor;
    const isTimed = meter.begin();
    const decided = this.#sampler.shouldSample(
      context,
      traceId,
      spanName,
      spanKind,
      attributes,
      links,
    );
    if (isTimed) governor.update();
    const result =
      governor.threshold === undefined || decided.decision !== SamplingDecision.RECORD_AND_SAMPLED
        ? decided
        : this.#govern(decided, context, traceId, governor.threshold);
    // The start of a recorded span ends when its processors have it.
    if (result.decision === SamplingDecision.NOT_RECORD) meter.finish();
    return result;
  }

  start(): void {
    startSamplers([this.#sampler]);
  }

  shutdown(): void {
    shutDownSamplers([this.#sampler]);
  }

  toString(): string {
    return `Governed{maxOverheadRatio=${this.#governor.maxOverheadRatio}, ${this.#sampler}}`;
  }

  #govern(
    decided: SamplingResult,
    context: Context,
    traceId: string,
    threshold: string,
  ): SamplingResult {
    const parent = parentOf(context, traceId);
    if (!isUndecided(context, parent)) return decided;
    // A trace may start more seldom than every sixteenth one is timed.
    this.#governor.update();
    const traceState = decided.traceState ?? parent?.traceState;
    if (passes(threshold, randomnessOf(traceId, traceState))) {
      return this.#kept(decided, threshold, parent);
    }
    this.#governor.notSampledCount++;
    const isOwnState = traceState === undefined || traceState instanceof RootTraceState;
    return parent === undefined && isOwnState
      ? this.#dropped
      : withoutThreshold(this.#dropped, traceState);
  }

  #kept(
    decided: SamplingResult,
    threshold: string,
    parent: SpanContext | undefined,
  ): SamplingResult {
    const traceState = decided.traceState ?? parent?.traceState;
    const entry = traceState?.get(OT_KEY);
    const known = entry === undefined ? undefined : readThreshold(entry);
    // No threshold: either everything is kept, or nobody knows.
    if (known === undefined && decided !== SAMPLED) return decided;
    // As text, because missing digits are trailing zeros.
    if (known !== undefined && known >= threshold) return decided;
    if (traceState === undefined || traceState instanceof RootTraceState) {
      const { sampledRoot } = this.#governor;
      if (decided.attributes === undefined && sampledRoot !== undefined) return sampledRoot;
    }
    const governed = traceState ?? new RootTraceState(writeThreshold(undefined, threshold));
    return { ...decided, traceState: governed.set(OT_KEY, writeThreshold(entry, threshold)) };
  }
}

/** Whether no caller has decided about the trace: only then is there nothing of it elsewhere. */
function isUndecided(context: Context, parent: SpanContext | undefined): boolean {
  const request = samplingRequestOf(context);
  return request === 'defer' || (parent === undefined && request === undefined);
}
