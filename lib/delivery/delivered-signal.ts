import { TraceFlags } from '@opentelemetry/api';
import { type ItemWords, LOG_RECORD_WORDS, SPAN_WORDS } from '../export/exporter.js';
import {
  type ReadableLogRecord,
  type ReadableSpan,
  RecordingSpan,
  type Resource,
} from '../trace/index.js';
import { estimateLogRecordBytes } from './log-record-size.js';
import { estimateSpanBytes } from './span-size.js';

/** A span or a log record. */
export interface DeliveredItem {
  readonly resource: Resource;
}

/** What queues and pipelines need to know of the items that they deliver, which are spans or log records. */
export interface DeliveredSignal<T> {
  /** For messages. */
  readonly words: ItemWords;
  /** The memory that an item takes, about. */
  estimateBytes(item: T): number;
  /** False for an item that the sampler does not want exported. */
  isSampled(item: T): boolean;
}

export const DELIVERED_SPANS: DeliveredSignal<ReadableSpan> = {
  words: SPAN_WORDS,
  estimateBytes: estimateSpanBytes,
  isSampled(span) {
    const flags = span instanceof RecordingSpan ? span.traceFlags : span.spanContext().traceFlags;
    return (flags & TraceFlags.SAMPLED) !== 0;
  },
};

/** The sampling of traces does not apply to logs. Spec: `logs/sdk.md`. */
export const DELIVERED_LOG_RECORDS: DeliveredSignal<ReadableLogRecord> = {
  words: LOG_RECORD_WORDS,
  estimateBytes: estimateLogRecordBytes,
  isSampled: () => true,
};
