import type { HrTime, SpanContext } from '@opentelemetry/api';
import type { InstrumentationScope } from './readable-span.js';
import type { Resource } from './resource.js';

/** The body of a log record, or a value of its attributes. Spec: `common/README.md#anyvalue`. */
export type LogValue =
  | string
  | number
  | boolean
  | Uint8Array
  | null
  | undefined
  | LogValue[]
  | { [key: string]: LogValue };

/**
 * A log record for processors and exporters. It has the shape of `ReadableLogRecord` of OpenTelemetry's
 * `sdk-logs`, so each exporter of one library can export the log records of the other.
 * Spec: `logs/data-model.md`.
 */
export interface ReadableLogRecord {
  /** When it happened. */
  readonly hrTime: HrTime;
  /** When it was emitted. */
  readonly hrTimeObserved: HrTime;
  /** The ids of the span that it belongs to. @default none */
  readonly spanContext?: SpanContext;
  /** 1 (TRACE) to 24 (FATAL4). @default none */
  readonly severityNumber?: number;
  /** The name of the level in the log library. @default none */
  readonly severityText?: string;
  /** The message, or a structure. @default none */
  readonly body?: LogValue;
  /** The name of the event, if the log record is one. @default none */
  readonly eventName?: string;
  /** The attributes by name. */
  readonly attributes: { [key: string]: LogValue };
  /** Number of attributes dropped because of a limit, or because they were invalid. */
  readonly droppedAttributesCount: number;
  /** The service that emitted it. */
  readonly resource: Resource;
  /** The library that emitted it. */
  readonly instrumentationScope: InstrumentationScope;
}
