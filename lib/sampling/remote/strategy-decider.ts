import type { Attributes, TraceState } from '@opentelemetry/api';
import { SamplingDecision } from '../sampler.js';
import {
  DROPPED,
  randomnessOf,
  SAMPLED_UNCOUNTED,
  SamplerResult,
  sampledAt,
  sampledRoot,
  withoutThreshold,
} from '../sampler-result.js';
import { passes, thresholdOf } from '../threshold.js';
import type { TracePermits } from '../trace-permits.js';
import type { JaegerOperationStrategies, JaegerStrategy } from './jaeger-strategy.js';
import type { OperationPermits, OperationPermitsTable } from './operation-permits.js';

/** Decides about root spans by one strategy of the server. */
export interface StrategyDecider {
  /** @param inherited the trace state of the caller */
  decide(operation: string, traceId: string, inherited: TraceState | undefined): SamplerResult;
  /** For descriptions. */
  toString(): string;
}

/**
 * Creates the decider of a strategy.
 *
 * @param permits of the operations, which outlive a strategy
 * @param createPermits of the service, for a rate limit
 * @param maxOperations operations with a rule of their own
 */
export function createDecider(
  strategy: JaegerStrategy,
  permits: OperationPermitsTable,
  createPermits: (perSecond: number) => TracePermits,
  maxOperations: number,
): StrategyDecider {
  if (strategy.type === 'operations') {
    return new OperationDecider(strategy, permits, maxOperations);
  }
  return strategy.type === 'ratelimiting'
    ? new RateLimit(createPermits(strategy.maxTracesPerSecond))
    : new ProbabilityRule(strategy.samplingRate, NO_BOUNDS);
}

const NO_BOUNDS: OperationPermits = { lower: undefined, upper: undefined };

/**
 * Keeps a share of the traces by their randomness, and more or fewer to stay within bounds. What a bound decides has
 * no known probability.
 */
class ProbabilityRule implements StrategyDecider {
  readonly #samplingRate: number;
  /** Undefined for the rate 0, for which no threshold exists. */
  readonly #threshold: string | undefined;
  readonly #root: SamplerResult;
  readonly #bounds: OperationPermits;
  readonly #byProbability: Attributes;
  readonly #byLowerBound: Attributes;

  constructor(samplingRate: number, bounds: OperationPermits) {
    this.#samplingRate = samplingRate;
    this.#threshold = samplingRate === 0 ? undefined : thresholdOf(samplingRate);
    this.#root = this.#threshold === undefined ? DROPPED : sampledRoot(this.#threshold);
    this.#bounds = bounds;
    this.#byProbability = samplerAttributes('probabilistic', samplingRate);
    this.#byLowerBound = samplerAttributes('lowerbound', bounds.lower?.perSecond ?? 0);
  }

  decide(_operation: string, traceId: string, inherited: TraceState | undefined): SamplerResult {
    const { lower, upper } = this.#bounds;
    const threshold = this.#threshold;
    const isProbable =
      threshold !== undefined && passes(threshold, randomnessOf(traceId, inherited));
    // Also for probable traces: the bound is for all traces of the operation together.
    const isWithinLower = lower?.take() === true;
    if (!isProbable && !isWithinLower) return withoutThreshold(DROPPED, inherited);
    if (upper?.take() === false) return withoutThreshold(DROPPED, inherited);
    if (!isProbable)
      return withAttributes(withoutThreshold(SAMPLED_UNCOUNTED, inherited), this.#byLowerBound);
    // With an upper bound, a kept trace represents an unknown number of traces.
    const result =
      upper === undefined
        ? sampledAt(threshold, this.#root, inherited)
        : withoutThreshold(SAMPLED_UNCOUNTED, inherited);
    return withAttributes(result, this.#byProbability);
  }

  toString(): string {
    return `probabilistic ${this.#samplingRate}`;
  }
}

class RateLimit implements StrategyDecider {
  readonly #permits: TracePermits;
  readonly #attributes: Attributes;

  constructor(permits: TracePermits) {
    this.#permits = permits;
    this.#attributes = samplerAttributes('ratelimiting', permits.perSecond);
  }

  decide(_operation: string, _traceId: string, inherited: TraceState | undefined): SamplerResult {
    if (!this.#permits.take()) return withoutThreshold(DROPPED, inherited);
    return withAttributes(withoutThreshold(SAMPLED_UNCOUNTED, inherited), this.#attributes);
  }

  toString(): string {
    return `ratelimiting ${this.#permits.perSecond}`;
  }
}

/** Has a rule for each operation that occurs, up to a number; further ones share the rule of the default. */
class OperationDecider implements StrategyDecider {
  readonly #strategies: JaegerOperationStrategies;
  readonly #permits: OperationPermitsTable;
  readonly #maxOperations: number;
  readonly #rules = new Map<string, ProbabilityRule>();
  #others: ProbabilityRule | undefined;

  constructor(
    strategies: JaegerOperationStrategies,
    permits: OperationPermitsTable,
    maxOperations: number,
  ) {
    this.#strategies = strategies;
    this.#permits = permits;
    this.#maxOperations = maxOperations;
  }

  decide(operation: string, traceId: string, inherited: TraceState | undefined): SamplerResult {
    return this.#ruleOf(operation).decide(operation, traceId, inherited);
  }

  toString(): string {
    const { defaultSamplingRate, samplingRates } = this.#strategies;
    return `probabilistic ${defaultSamplingRate}, and of ${samplingRates.size} operations`;
  }

  #ruleOf(operation: string): ProbabilityRule {
    const known = this.#rules.get(operation);
    if (known !== undefined) return known;
    const isListed = this.#strategies.samplingRates.has(operation);
    if (this.#rules.size >= this.#maxOperations && !isListed) {
      this.#others ??= this.#createRule(operation);
      return this.#others;
    }
    const rule = this.#createRule(operation);
    this.#rules.set(operation, rule);
    return rule;
  }

  #createRule(operation: string): ProbabilityRule {
    const { samplingRates, defaultSamplingRate } = this.#strategies;
    const { lowerBoundTracesPerSecond: lower, upperBoundTracesPerSecond: upper } = this.#strategies;
    return new ProbabilityRule(
      samplingRates.get(operation) ?? defaultSamplingRate,
      this.#permits.permitsOf(operation, lower, upper),
    );
  }
}

/** By these, Jaeger's adaptive sampling computes the throughput of an operation. */
function samplerAttributes(type: string, param: number): Attributes {
  return Object.freeze({ 'jaeger.sampler.type': type, 'jaeger.sampler.param': param });
}

function withAttributes(result: SamplerResult, attributes: Attributes): SamplerResult {
  return new SamplerResult(SamplingDecision.RECORD_AND_SAMPLED, result.traceState, attributes);
}
