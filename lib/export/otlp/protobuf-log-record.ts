import {
  copyLogData,
  type LogAttributeList,
  LogRecord,
  type LogValue,
  type ReadableLogRecord,
} from '../../trace/index.js';
import { writeAttribute } from './protobuf-attribute.js';
import { writeLogAttribute, writeLogValue } from './protobuf-log-value.js';
import { readFields } from './protobuf-reader.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import type { ProtobufSignal } from './signal.js';

// opentelemetry-proto v1, `logs/v1/logs.proto`: field number times eight, plus wire type.
const LOG_TIME = 0x09;
const LOG_SEVERITY_NUMBER = 0x10;
const LOG_SEVERITY_TEXT = 0x1a;
const LOG_BODY = 0x2a;
const LOG_ATTRIBUTE = 0x32;
const LOG_DROPPED_ATTRIBUTES = 0x38;
const LOG_FLAGS = 0x45;
const LOG_TRACE_ID = 0x4a;
const LOG_SPAN_ID = 0x52;
const LOG_OBSERVED_TIME = 0x59;
const LOG_EVENT_NAME = 0x62;

const SEVERITY_TEXT_FIELD = LOG_SEVERITY_TEXT >> 3;
const EVENT_NAME_FIELD = LOG_EVENT_NAME >> 3;

/** The lower eight bits are the trace flags of W3C. */
const TRACE_FLAGS_MASK = 0xff;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
/** Most log records are 128 to 16,383 bytes long. */
const LOG_LENGTH_SIZE = 2;

/** The signal of log records. A log record is named by its event or its level: a message can be secret. */
export const PROTOBUF_LOG_RECORDS: ProtobufSignal<ReadableLogRecord> = {
  createWrite: () => writeLogRecord,
  nameOf(record) {
    const fields = readFields(record);
    const textOf = (wanted: number): string | undefined =>
      fields.find(({ number }) => number === wanted)?.value.toString();
    return textOf(EVENT_NAME_FIELD) ?? textOf(SEVERITY_TEXT_FIELD) ?? '';
  },
};

/** Writes a `LogRecord` into the field of `tag`. One of ours is read without creating its API form. */
export function writeLogRecord(
  writer: ProtobufWriter,
  tag: number,
  record: ReadableLogRecord,
): void {
  const start = writer.begin(tag, LOG_LENGTH_SIZE);
  let body: LogValue;
  if (record instanceof LogRecord) {
    const { originEpochMillis, millis, observedMillis } = record;
    writer.millis(LOG_TIME, originEpochMillis, millis);
    writer.millis(LOG_OBSERVED_TIME, originEpochMillis, observedMillis);
    writeList(writer, record.attributeList);
    body = record.body;
  } else {
    writer.time(LOG_TIME, ...record.hrTime);
    writer.time(LOG_OBSERVED_TIME, ...record.hrTimeObserved);
    const copy = copyLogData(record);
    writeList(writer, copy.attributeList);
    body = copy.body;
  }
  const { severityNumber, severityText, eventName, spanContext } = record;
  if (severityNumber) writer.uint32(LOG_SEVERITY_NUMBER, severityNumber);
  if (severityText) writer.string(LOG_SEVERITY_TEXT, severityText);
  if (body !== undefined && body !== null) writeLogValue(writer, LOG_BODY, body);
  writer.count(LOG_DROPPED_ATTRIBUTES, record.droppedAttributesCount);
  if (spanContext !== undefined) {
    writeFlags(writer, spanContext.traceFlags);
    writer.id(LOG_TRACE_ID, spanContext.traceId, TRACE_ID_BYTES);
    writer.id(LOG_SPAN_ID, spanContext.spanId, SPAN_ID_BYTES);
  }
  if (eventName) writer.string(LOG_EVENT_NAME, eventName);
  writer.finish(start, LOG_LENGTH_SIZE);
}

function writeList(writer: ProtobufWriter, list: LogAttributeList): void {
  for (let i = 0; i < list.length; i += 2) {
    const value = list[i + 1];
    if (typeof value === 'object')
      writeLogAttribute(writer, LOG_ATTRIBUTE, list[i] as string, value);
    else writeAttribute(writer, LOG_ATTRIBUTE, list[i] as string, value);
  }
}

function writeFlags(writer: ProtobufWriter, traceFlags: number): void {
  writer.ensure(5);
  const { bytes, position } = writer;
  bytes[position] = LOG_FLAGS;
  bytes[position + 1] = traceFlags & TRACE_FLAGS_MASK;
  bytes.fill(0, position + 2, position + 5);
  writer.position = position + 5;
}
