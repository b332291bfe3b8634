import type {
  Attributes,
  HrTime,
  Link,
  SpanContext,
  SpanKind,
  SpanStatus,
} from '@opentelemetry/api';
import type { Resource } from './resource.js';

/** A library, named as the origin of the spans it makes. Spec: `glossary.md#instrumentation-scope`. */
export interface InstrumentationScope {
  /** The name of the library, usually that of its package. */
  readonly name: string;
  /** The version of the library. @default none */
  readonly version?: string;
  /** The schema that the attributes of its spans follow. @default none */
  readonly schemaUrl?: string;
}

/** An event of a span that has ended. */
export interface TimedEvent {
  /** When the event happened. */
  readonly time: HrTime;
  /** What happened, such as `exception`. */
  readonly name: string;
  /** What is known about the event. @default none */
  readonly attributes?: Attributes;
  /** Attributes that a limit kept out. @default 0 */
  readonly droppedAttributesCount?: number;
}

/** A link of a span that has ended. */
export interface RecordedLink extends Link {
  /** Attributes that a limit kept out. @default 0 */
  readonly droppedAttributesCount?: number;
}

/**
 * A span as processors and exporters read it after its end. It has OpenTelemetry's shape
 * (`ReadableSpan` of its SDK 2), so exporters of both sides read the spans of both sides.
 */
export interface ReadableSpan {
  /** The name of the operation. */
  readonly name: string;
  /** Which side of a call the span shows, or that it is internal. */
  readonly kind: SpanKind;
  /** The ids, the flags and the trace state of the span. */
  readonly spanContext: () => SpanContext;
  /** The ids of the parent; undefined for the root of a trace. */
  readonly parentSpanContext?: SpanContext;
  /** When the span started. */
  readonly startTime: HrTime;
  /** When the span ended. */
  readonly endTime: HrTime;
  /** The time from the start to the end. */
  readonly duration: HrTime;
  /** Whether the operation succeeded. */
  readonly status: SpanStatus;
  /** The attributes, by their names. */
  readonly attributes: Attributes;
  /** The spans that this span links to. */
  readonly links: RecordedLink[];
  /** The events, in the order in which they were added. */
  readonly events: TimedEvent[];
  /** True after the end of the span. */
  readonly ended: boolean;
  /** The service that made the span. */
  readonly resource: Resource;
  /** The library that made the span. */
  readonly instrumentationScope: InstrumentationScope;
  /** Attributes that a limit kept out, or that were invalid. */
  readonly droppedAttributesCount: number;
  /** Events that a limit kept out. */
  readonly droppedEventsCount: number;
  /** Links that a limit kept out. */
  readonly droppedLinksCount: number;
}
