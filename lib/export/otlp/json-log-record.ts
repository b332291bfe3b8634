import type { SpanContext } from '@opentelemetry/api';
import {
  copyLogData,
  type LogAttributeList,
  LogRecord,
  type ReadableLogRecord,
} from '../../trace/index.js';
import { jsonCount, jsonNanos, jsonText, jsonValue } from './json-value.js';
import type { JsonSignal } from './signal.js';

/** The lower eight bits are the trace flags of W3C. */
const TRACE_FLAGS_MASK = 0xff;

/** The signal of log records. A log record is named by its event or its level: a message can be secret. */
export const JSON_LOG_RECORDS: JsonSignal<ReadableLogRecord> = {
  members: ['resourceLogs', 'scopeLogs', 'logRecords'],
  encode: jsonLogRecord,
  nameOf: ({ eventName, severityText }) => eventName || severityText || '',
};

/** A log record in the JSON form of OTLP: see `jsonSpan`. */
export function jsonLogRecord(record: ReadableLogRecord): string {
  const { severityNumber, severityText, eventName, spanContext } = record;
  const { body, attributeList } = record instanceof LogRecord ? record : copyLogData(record);
  return (
    `{"timeUnixNano":"${jsonNanos(record.hrTime)}","observedTimeUnixNano":"${jsonNanos(record.hrTimeObserved)}"` +
    jsonCount('severityNumber', severityNumber) +
    jsonMember('severityText', severityText) +
    (body === undefined || body === null ? '' : `,"body":${jsonLogValue(body)}`) +
    jsonLogAttributes(attributeList) +
    jsonCount('droppedAttributesCount', record.droppedAttributesCount) +
    (spanContext === undefined ? '' : jsonIds(spanContext)) +
    jsonMember('eventName', eventName) +
    '}'
  );
}

function jsonMember(member: string, text: string | undefined): string {
  return text ? `,"${member}":${jsonText(text)}` : '';
}

function jsonIds({ traceId, spanId, traceFlags }: SpanContext): string {
  return `,"flags":${traceFlags & TRACE_FLAGS_MASK},"traceId":${jsonText(traceId)},"spanId":${jsonText(spanId)}`;
}

function jsonLogAttributes(list: LogAttributeList): string {
  const members: string[] = [];
  for (let i = 0; i < list.length; i += 2) members.push(jsonKeyValue(list[i], list[i + 1]));
  return members.length === 0 ? '' : `,"attributes":[${members.join(',')}]`;
}

function jsonKeyValue(key: unknown, value: unknown): string {
  return `{"key":${jsonText(key as string)},"value":${jsonLogValue(value)}}`;
}

/** A value as an `AnyValue`. It was copied before, within limits, so it is neither circular nor deep. */
function jsonLogValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return jsonValue(value);
  if (value instanceof Uint8Array) {
    return `{"bytesValue":"${Buffer.from(value).toString('base64')}"}`;
  }
  if (Array.isArray(value)) {
    const elements = value.map((element) => jsonLogValue(element));
    return `{"arrayValue":{"values":[${elements.join(',')}]}}`;
  }
  const members = Object.entries(value).map(([key, member]) => jsonKeyValue(key, member));
  return `{"kvlistValue":{"values":[${members.join(',')}]}}`;
}
