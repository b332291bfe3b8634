import type {
  Attributes,
  HrTime,
  Link,
  SpanContext,
  SpanKind,
  SpanStatus,
} from '@opentelemetry/api';
import type { Resource } from './resource.js';

/** The library that creates spans. Spec: `glossary.md#instrumentation-scope`. */
export interface InstrumentationScope {
  /** The name of the library, usually that of its package. */
  readonly name: string;
  /** The version of the library. @default none */
  readonly version?: string;
  /** The schema that the attributes of its spans follow. @default none */
  readonly schemaUrl?: string;
}

/** An event of an ended span. */
export interface TimedEvent {
  /** The time of the event. */
  readonly time: HrTime;
  /** The name of the event, such as `exception`. */
  readonly name: string;
  /** The attributes of the event. @default none */
  readonly attributes?: Attributes;
  /** Number of attributes dropped because of a limit. @default 0 */
  readonly droppedAttributesCount?: number;
}

/** A link of an ended span. */
export interface RecordedLink extends Link {
  /** Number of attributes dropped because of a limit. @default 0 */
  readonly droppedAttributesCount?: number;
}

/**
 * An ended span for processors and exporters. It has the shape of `ReadableSpan` of OpenTelemetry's SDK 2,
 * so each exporter of one library can export the spans of the other.
 */
export interface ReadableSpan {
  /** The name of the operation. */
  readonly name: string;
  /** The role of the span in a call, such as client or server. */
  readonly kind: SpanKind;
  /** The ids, the flags and the trace state of the span. */
  readonly spanContext: () => SpanContext;
  /** The ids of the parent; undefined for the root of a trace. */
  readonly parentSpanContext?: SpanContext;
  /** The start time of the span. */
  readonly startTime: HrTime;
  /** The end time of the span. */
  readonly endTime: HrTime;
  /** The time from the start to the end. */
  readonly duration: HrTime;
  /** The status of the operation. */
  readonly status: SpanStatus;
  /** The attributes by name. */
  readonly attributes: Attributes;
  /** The spans that this span links to. */
  readonly links: RecordedLink[];
  /** The events, in the order in which they were added. */
  readonly events: TimedEvent[];
  /** True after the end of the span. */
  readonly ended: boolean;
  /** The service that created the span. */
  readonly resource: Resource;
  /** The library that created the span. */
  readonly instrumentationScope: InstrumentationScope;
  /** Number of attributes dropped because of a limit, or because they were invalid. */
  readonly droppedAttributesCount: number;
  /** Number of events dropped because of a limit. */
  readonly droppedEventsCount: number;
  /** Number of links dropped because of a limit. */
  readonly droppedLinksCount: number;
}
