import type { Attributes, Context, SpanKind } from '@opentelemetry/api';
import { Diagnostics } from '../../diagnostics.js';
import {
  checkCount,
  checkFunction,
  checkMillis,
  checkOptions,
  checkRatio,
  checkString,
} from '../../option-checks.js';
import { monotonicMillis } from '../../system-time.js';
import type { Sampler, SamplingResult } from '../sampler.js';
import { parentOf, settledResult } from '../sampler-result.js';
import { TracePermits } from '../trace-permits.js';
import { checkEndpoint } from './check-endpoint.js';
import { parseJaegerStrategy } from './jaeger-strategy.js';
import { OperationPermitsTable } from './operation-permits.js';
import { RepeatedTask } from './repeated-task.js';
import { requestJson } from './request-json.js';
import { createDecider, type StrategyDecider } from './strategy-decider.js';

/** Options of a {@link JaegerRemoteSampler}. */
export interface JaegerRemoteSamplerOptions {
  /** The service whose strategies are asked for: the `serviceName` of the tracing. */
  readonly serviceName: string;
  /**
   * The HTTP endpoint of a Jaeger collector or agent, or of the `jaegerremotesampling` extension of an OpenTelemetry
   * Collector. `/sampling` is appended unless the path ends with it.
   * @default 'http://localhost:5778/sampling'
   */
  readonly endpoint?: string;
  /** Time between two requests for strategies, in milliseconds, at least 1. It varies by a tenth. @default 60000 */
  readonly pollingIntervalMillis?: number;
  /** Share of the traces to keep until the first strategies arrive, 0 to 1. @default 0.001 */
  readonly initialSamplingRate?: number;
  /** Time for one request, in milliseconds, at least 1. @default 5000 */
  readonly timeoutMillis?: number;
  /**
   * Returns the operation of a span, which selects its strategy. The span of an HTTP server starts with its method
   * as its name, because it has no route yet. Must not throw, and should have few different values.
   * @default the name of the span
   */
  readonly operation?: (spanName: string, spanKind: SpanKind, attributes: Attributes) => string;
  /** Operations with a strategy of their own, at least 1; further ones share one. @default 2000 */
  readonly maxOperations?: number;
  /** Receives reports about the server. @default new Diagnostics() */
  readonly diagnostics?: Diagnostics;
  /** A monotonic clock in milliseconds, for rate limits. @default the monotonic clock of the process */
  readonly now?: () => number;
}

/** Spec: OpenTelemetry, `configuration/sdk-environment-variables.md`, `jaeger_remote`. */
const ENDPOINT = 'http://localhost:5778/sampling';
const PATH = '/sampling';

/**
 * Decides by the strategies of a Jaeger server, which can be changed without a restart: a probability, a rate limit,
 * or a probability for each operation with bounds. Probabilities are consistent with those of the other samplers of
 * this library. Use it as the root of a `ParentBasedSampler` to follow callers.
 *
 * The sampler asks the server from its first decision, or the start of its application, until {@link shutdown}. If a
 * request fails, the latest strategies stay in use; the failure is reported once and counted. The requests are not
 * traced. Spans with a parent in this process follow the decision of the parent.
 * Spec: Jaeger, "Remote sampling", HTTP.
 *
 * @example
 * new ParentBasedSampler({ root: new JaegerRemoteSampler({ serviceName: 'orders' }) })
 */
export class JaegerRemoteSampler implements Sampler {
  readonly followsUnsampledParent = true;
  readonly #url: URL;
  readonly #timeoutMillis: number;
  readonly #maxOperations: number;
  readonly #operation: (spanName: string, spanKind: SpanKind, attributes: Attributes) => string;
  readonly #diagnostics: Diagnostics;
  readonly #now: () => number;
  readonly #polling: RepeatedTask;
  readonly #operationPermits: OperationPermitsTable;
  #servicePermits: TracePermits | undefined;
  #decider: StrategyDecider;
  #hasStarted = false;

  /** @throws TracingConfigError for an invalid option */
  constructor(options: JaegerRemoteSamplerOptions) {
    checkOptions('JaegerRemoteSampler', options);
    const serviceName = checkString(
      'JaegerRemoteSampler.serviceName',
      options.serviceName,
      'Give the serviceName of the tracing, such as "orders".',
    );
    this.#url = checkEndpoint('JaegerRemoteSampler.endpoint', options.endpoint ?? ENDPOINT);
    if (!this.#url.pathname.endsWith(PATH)) {
      this.#url.pathname = this.#url.pathname.replace(/\/$/, '') + PATH;
    }
    this.#url.searchParams.set('service', serviceName);
    const samplingRate = checkRatio(
      'JaegerRemoteSampler.initialSamplingRate',
      options.initialSamplingRate ?? 0.001,
    );
    const intervalMillis = checkMillis(
      'JaegerRemoteSampler.pollingIntervalMillis',
      options.pollingIntervalMillis,
      60_000,
      1,
    );
    this.#timeoutMillis = checkMillis(
      'JaegerRemoteSampler.timeoutMillis',
      options.timeoutMillis,
      5000,
      1,
    );
    this.#maxOperations = checkCount(
      'JaegerRemoteSampler.maxOperations',
      options.maxOperations,
      2000,
      1,
      1_000_000,
    );
    this.#operation = checkFunction('JaegerRemoteSampler.operation', options.operation, byName);
    this.#now = checkFunction('JaegerRemoteSampler.now', options.now, monotonicMillis);
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
    this.#operationPermits = new OperationPermitsTable(this.#maxOperations, this.#now);
    this.#decider = this.#createDecider({ type: 'probabilistic', samplingRate });
    this.#polling = new RepeatedTask(
      () => intervalMillis,
      (signal) => this.#update(signal),
    );
  }

  /** True without an own `operation`; false in a subclass that overrides {@link shouldSample}. */
  get ignoresAttributes(): boolean {
    return (
      this.#operation === byName && this.shouldSample === JaegerRemoteSampler.prototype.shouldSample
    );
  }

  /** Starts to ask for strategies. Has no effect if it has been called. */
  start(): void {
    this.#hasStarted = true;
    this.#polling.start();
  }

  /** Stops asking for strategies. The latest ones stay in use. */
  shutdown(): void {
    this.#hasStarted = true;
    this.#polling.stop();
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
  ): SamplingResult {
    if (!this.#hasStarted) this.start();
    const parent = parentOf(context, traceId);
    const settled = settledResult(context, parent);
    if (settled !== undefined) return settled;
    const inherited = parent?.traceState;
    const operation = this.#operation(spanName, spanKind, attributes);
    return this.#decider.decide(operation, traceId, inherited);
  }

  toString(): string {
    return `JaegerRemoteSampler{${this.#decider}}`;
  }

  /** Never rejects. */
  async #update(signal: AbortSignal): Promise<void> {
    try {
      const response = await requestJson({
        url: this.#url,
        timeoutMillis: this.#timeoutMillis,
        signal,
      });
      if (signal.aborted) return;
      this.#decider = this.#createDecider(parseJaegerStrategy(response, this.#maxOperations));
    } catch (error) {
      if (signal.aborted) return;
      this.#diagnostics.report(
        'The sampling strategies of Jaeger could not be read. The latest ones stay in use',
        `${this.#url.origin}${this.#url.pathname}: ${(error as Error).message}`,
      );
    }
  }

  #createDecider(strategy: Parameters<typeof createDecider>[0]): StrategyDecider {
    return createDecider(
      strategy,
      this.#operationPermits,
      (perSecond) => this.#permitsOfService(perSecond),
      this.#maxOperations,
    );
  }

  /** The same permits while the rate stays the same: new ones would allow more traces after each request. */
  #permitsOfService(perSecond: number): TracePermits {
    if (this.#servicePermits?.perSecond !== perSecond) {
      this.#servicePermits = new TracePermits(perSecond, this.#now);
    }
    return this.#servicePermits;
  }
}

function byName(spanName: string): string {
  return spanName;
}
