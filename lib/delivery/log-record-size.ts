import { copyLogData, LogRecord, type ReadableLogRecord } from '../trace/index.js';

/** A log record with its ids, times and scope. */
const RECORD_BYTES = 300;
/** An attribute beside its text: the keys are mostly literals, and shared. */
const ATTRIBUTE_BYTES = 24;

/** Estimates the memory that a log record occupies, as `estimateSpanBytes` does for a span. */
export function estimateLogRecordBytes(record: ReadableLogRecord): number {
  const data = record instanceof LogRecord ? record : copyLogData(record);
  return RECORD_BYTES + data.valueLength + (data.attributeList.length / 2) * ATTRIBUTE_BYTES;
}
