import {
  type Attributes,
  type Context,
  isValidSpanId,
  isValidTraceId,
  type Link,
  type SpanKind,
  type TextMapPropagator,
  type TimeInput,
} from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import { type Sampler, SamplingDecision, type SamplingResult } from '../sampling/sampler.js';
import { epochMillis } from '../system-time.js';
import { type Clock, SystemClock } from './clock.js';
import { EXCEPTIONS_AS_EVENTS, type ExceptionExport } from './exception-log.js';
import { type IdGenerator, RandomIdGenerator } from './id-generator.js';
import type { Resource } from './resource.js';
import type { SpanLimits } from './span-limits.js';
import type { SpanProcessor } from './span-processor.js';
import { toMillis } from './time.js';

/** The parts that all tracers of an application share. */
export interface TracerParts {
  readonly sampler: Sampler;
  /** Must not throw; `SpanProcessors` ensures it. */
  readonly processor: SpanProcessor;
  /** Must not throw; `CompositePropagator` ensures it. */
  readonly propagator: TextMapPropagator;
  readonly idGenerator: IdGenerator;
  readonly clock: Clock;
  readonly spanLimits: SpanLimits;
  readonly resource: Resource;
  readonly diagnostics: Diagnostics;
  /**
   * False for an application that is switched off: its tracers record nothing, call no sampler, and
   * propagate the caller's context unchanged. @default true
   */
  readonly isEnabled?: boolean;
}

/** The origin of the times of a trace. All traces share one object until the wall clock is adjusted. */
export interface TimeAnchor {
  readonly originEpochMillis: number;
}

/** OpenTelemetry requires a name. Spec: `trace/api.md#span`. */
const NO_NAME = 'unnamed';

const NOT_SAMPLED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/**
 * The state that all tracers and spans of one application share: its parts, its counts, and the guards
 * that protect the user's code from a part that throws.
 */
export class TracerCore {
  readonly sampler: Sampler;
  readonly processor: SpanProcessor;
  readonly propagator: TextMapPropagator;
  readonly spanLimits: SpanLimits;
  readonly resource: Resource;
  readonly diagnostics: Diagnostics;
  readonly isEnabled: boolean;
  readonly followsUnsampledParent: boolean;
  readonly samplerIgnoresAttributes: boolean;
  readonly hasRandomTraceIds: boolean;

  /** Set when the application is composed. */
  exceptionExport: ExceptionExport = EXCEPTIONS_AS_EVENTS;

  startedCount = 0;
  endedCount = 0;
  /** Spans that the sampler dropped. */
  notSampledCount = 0;
  /** Spans that are recorded but not exported. All other started spans are sampled. */
  recordedOnlyCount = 0;
  invalidAttributeCount = 0;

  readonly #idGenerator: IdGenerator;
  readonly #trustsIds: boolean;
  readonly #clock: Clock;
  readonly #spareIdGenerator = new RandomIdGenerator();
  readonly #spareClock = new SystemClock();
  #anchor: TimeAnchor = { originEpochMillis: 0 };
  #lastNow = 0;

  constructor(parts: TracerParts) {
    this.sampler = parts.sampler;
    this.processor = parts.processor;
    this.propagator = parts.propagator;
    this.spanLimits = parts.spanLimits;
    this.resource = parts.resource;
    this.diagnostics = parts.diagnostics;
    this.isEnabled = parts.isEnabled ?? true;
    this.followsUnsampledParent = parts.sampler.followsUnsampledParent === true;
    this.samplerIgnoresAttributes = parts.sampler.ignoresAttributes === true;
    this.hasRandomTraceIds = parts.idGenerator.hasRandomTraceIds === true;
    this.#idGenerator = parts.idGenerator;
    this.#trustsIds = parts.idGenerator instanceof RandomIdGenerator;
    this.#clock = parts.clock;
  }

  generateTraceId(): string {
    try {
      const id = this.#idGenerator.generateTraceId();
      if (this.#trustsIds || isValidTraceId(id)) return id;
      this.diagnostics.report('The id generator returned an invalid id; using a random id', id);
    } catch (error) {
      this.diagnostics.report('The id generator threw; using a random id', error);
    }
    return this.#spareIdGenerator.generateTraceId();
  }

  generateSpanId(): string {
    try {
      const id = this.#idGenerator.generateSpanId();
      if (this.#trustsIds || isValidSpanId(id)) return id;
      this.diagnostics.report('The id generator returned an invalid id; using a random id', id);
    } catch (error) {
      this.diagnostics.report('The id generator threw; using a random id', error);
    }
    return this.#spareIdGenerator.generateSpanId();
  }

  /**
   * The time in milliseconds since the anchor's origin, and at least `notBefore`: within a trace, time
   * does not run backwards, even if the clock does.
   */
  now(notBefore: number): number {
    try {
      const now = this.#clock.now();
      if (now >= this.#lastNow && now < Number.POSITIVE_INFINITY) this.#lastNow = now;
      else this.diagnostics.report('The clock ran backwards; using the last valid time');
    } catch (error) {
      this.diagnostics.report('The clock threw; using the system time', error);
      return Math.max(notBefore, epochMillis() - this.anchor().originEpochMillis);
    }
    return this.#lastNow > notBefore ? this.#lastNow : notBefore;
  }

  /** The anchor for a trace that starts in this process now. */
  anchor(): TimeAnchor {
    let origin = Number.NaN;
    try {
      origin = this.#clock.originEpochMillis();
    } catch (error) {
      this.diagnostics.report('The clock threw; using the system time', error);
    }
    if (!Number.isInteger(origin)) {
      this.diagnostics.report(
        'The clock returned an origin that is not a whole number of milliseconds; using the system time',
      );
      origin = this.#spareClock.originEpochMillis();
    }
    if (origin !== this.#anchor.originEpochMillis) this.#anchor = { originEpochMillis: origin };
    return this.#anchor;
  }

  /** The start time of a span: the given time if it is valid, else the current time, at least `notBefore`. */
  startMillis(given: TimeInput | undefined, anchor: TimeAnchor, notBefore: number): number {
    if (given === undefined) return this.now(notBefore);
    const millis = toMillis(given, anchor.originEpochMillis);
    if (millis !== undefined) return millis;
    this.diagnostics.report('Invalid span start time; using the current time');
    return this.now(notBefore);
  }

  /** The name for a span that was started with `given`. Exporters need a name that is not empty. */
  spanNameFor(given: unknown): string {
    if (typeof given === 'string' && given !== '') return given;
    this.diagnostics.report(`A span was started without a name; using the name "${NO_NAME}"`);
    return NO_NAME;
  }

  countInvalidAttributes(count: number): void {
    this.invalidAttributeCount += count;
    this.diagnostics.report(
      'An attribute was dropped: its key must be a non-empty string, and its value a string, number, boolean, or an array of one of these types',
    );
  }

  sample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    try {
      const result = this.sampler.shouldSample(context, traceId, name, kind, attributes, links);
      const { decision } = result;
      if (
        decision === SamplingDecision.RECORD_AND_SAMPLED ||
        decision === SamplingDecision.NOT_RECORD
      ) {
        return result;
      }
      if (decision === SamplingDecision.RECORD) {
        this.recordedOnlyCount++;
        return result;
      }
    } catch (error) {
      this.diagnostics.report('The sampler threw; the span is not sampled', error);
      return NOT_SAMPLED;
    }
    this.diagnostics.report('The sampler returned no valid decision; the span is not sampled');
    return NOT_SAMPLED;
  }
}
