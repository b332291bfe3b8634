import type { Attributes, SpanContext, SpanKind } from '@opentelemetry/api';
import {
  type AttributeValue,
  type LocalSpan,
  type LocalTracer,
  markAsLocal,
  NonRecordingSpan,
} from '../../context/index.js';

/**
 * A span that is not recorded, as user code gets it. It keeps the attributes that a metric needs, so that the metric of
 * an operation is the same as that of a recorded one.
 */
export class NotedSpan extends NonRecordingSpan implements LocalSpan {
  readonly startTime = undefined;
  readonly durationMillis = undefined;
  readonly attributes: Attributes = {};
  readonly #span: LocalSpan;
  readonly #keys: readonly string[];

  /** @param keys the attributes to keep */
  constructor(span: LocalSpan, keys: readonly string[]) {
    super();
    this.#span = span;
    this.#keys = keys;
  }

  get tracer(): LocalTracer {
    return this.#span.tracer;
  }

  get isUnsampledForAll(): boolean {
    return this.#span.isUnsampledForAll;
  }

  get kind(): SpanKind {
    return this.#span.kind;
  }

  get name(): string {
    return this.#span.name;
  }

  spanContext(): SpanContext {
    return this.#span.spanContext();
  }

  currentTime(): undefined {
    return undefined;
  }

  beforeEnd(): void {}

  override setAttribute(key?: string, value?: AttributeValue): this {
    if (key !== undefined && this.#keys.includes(key)) this.attributes[key] = value;
    return this;
  }

  override setAttributes(attributes?: Attributes): this {
    for (const key of this.#keys) {
      const value = attributes?.[key];
      if (value !== undefined) this.attributes[key] = value as AttributeValue;
    }
    return this;
  }

  recordExceptionOnce(): this {
    return this;
  }

  recordError(): this {
    return this;
  }
}

markAsLocal(NotedSpan);
