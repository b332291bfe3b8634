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
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
}

/** An event of a span that has ended. */
export interface TimedEvent {
  readonly time: HrTime;
  readonly name: string;
  readonly attributes?: Attributes;
  readonly droppedAttributesCount?: number;
}

/** A link of a span that has ended. */
export interface RecordedLink extends Link {
  readonly droppedAttributesCount?: number;
}

/**
 * A span as processors and exporters read it after its end. It has OpenTelemetry's shape
 * (`ReadableSpan` of its SDK 2), so exporters of both sides read the spans of both sides.
 */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: RecordedLink[];
  readonly events: TimedEvent[];
  readonly ended: boolean;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}
