import { ownFrameOf } from '../analysis/exception-frame.js';
import type { FactColumnsBuilder } from '../analysis/fact-columns-builder.js';
import {
  DB_PARAMETER_PREFIX,
  EXCEPTION_EVENT,
  EXCEPTION_MESSAGE,
  EXCEPTION_STACKTRACE,
  EXCEPTION_TYPE,
  FACT_KEYS,
  Fact,
} from '../analysis/facts.js';
import type { AnyValue } from '../analysis/span-record.js';
import { type RowLink, spanIdOfHex } from '../analysis/trace-columns.js';
import { type ReadAttributes, readAnyValue, readKeyValue } from './any-value.js';
import { ProtobufCursor } from './protobuf-cursor.js';

// opentelemetry-proto v1, `trace/v1/trace.proto` and `common/v1/common.proto`.
const SPAN_ATTRIBUTES = 9;
const SPAN_EVENTS = 11;
const SPAN_LINKS = 13;
const SPAN_STATUS = 15;
const KEY_VALUE_KEY = 1;
const KEY_VALUE_VALUE = 2;
const EVENT_NAME = 2;
const EVENT_ATTRIBUTES = 3;
const LINK_TRACE_ID = 1;
const LINK_SPAN_ID = 2;
const STATUS_MESSAGE = 2;
/** Longer keys are no facts, and no parameters that a query shows. */
const MAX_KEY_BYTES = 256;

/**
 * Reads the facts and links of a span, and skips all other details: reading them takes a third of the time
 * that `readSpan` takes.
 *
 * @param span a message `Span` of OTLP
 * @param row its row, for its links
 */
export function readFacts(
  span: Buffer,
  row: number,
  facts: FactColumnsBuilder,
  links: RowLink[],
): void {
  const cursor = new ProtobufCursor(span);
  const parameters: string[] = [];
  let exception: ReadAttributes | undefined;
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    switch (cursor.field) {
      case SPAN_ATTRIBUTES:
        readAttribute(cursor, facts, parameters);
        break;
      case SPAN_EVENTS:
        exception = readException(cursor) ?? exception;
        break;
      case SPAN_LINKS:
        links.push(readRowLink(cursor, row));
        break;
      case SPAN_STATUS:
        facts.add(Fact.STATUS_MESSAGE, readStatusMessage(cursor));
    }
  }
  if (parameters.length > 0) facts.add(Fact.DB_PARAMETERS, parameters.sort().join(', '));
  if (exception !== undefined) addException(facts, exception);
  facts.endRow();
}

/**
 * Reads the links of a span, and skips all other details.
 *
 * @param span a message `Span` of OTLP
 * @param row its row, for its links
 */
export function linksOfSpan(span: Buffer, row: number): RowLink[] {
  const cursor = new ProtobufCursor(span);
  const links: RowLink[] = [];
  while (cursor.next()) {
    if (cursor.field === SPAN_LINKS && cursor.isMessage) links.push(readRowLink(cursor, row));
  }
  return links;
}

function readAttribute(
  cursor: ProtobufCursor,
  facts: FactColumnsBuilder,
  parameters: string[],
): void {
  let key = '';
  let value: AnyValue = null;
  let hasFact = false;
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    if (cursor.field === KEY_VALUE_KEY) {
      key = cursor.text(MAX_KEY_BYTES);
      hasFact = FACT_KEYS.has(key) || key.startsWith(DB_PARAMETER_PREFIX);
    } else if (cursor.field === KEY_VALUE_VALUE && (hasFact || key === '')) {
      // A value before its key is read in any case: it is a rare order.
      value = readAnyValue(cursor);
    }
  }
  cursor.leave(spanEnd);
  if (!hasFact) return;
  if (key.startsWith(DB_PARAMETER_PREFIX)) {
    parameters.push(`${key.slice(DB_PARAMETER_PREFIX.length)}=${String(value)}`);
  } else {
    facts.addAttribute(key, value);
  }
}

/** The attributes of the event at the cursor, if it is an exception. */
function readException(cursor: ProtobufCursor): ReadAttributes | undefined {
  const attributes: ReadAttributes = {};
  let isException = false;
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    if (cursor.field === EVENT_NAME) isException = cursor.text(MAX_KEY_BYTES) === EXCEPTION_EVENT;
    else if (cursor.field === EVENT_ATTRIBUTES) readKeyValue(cursor, attributes);
  }
  cursor.leave(spanEnd);
  return isException ? attributes : undefined;
}

function addException(facts: FactColumnsBuilder, exception: ReadAttributes): void {
  facts.add(Fact.EXCEPTION_TYPE, exception[EXCEPTION_TYPE]);
  facts.add(Fact.EXCEPTION_MESSAGE, exception[EXCEPTION_MESSAGE]);
  const stack = exception[EXCEPTION_STACKTRACE];
  if (typeof stack === 'string') facts.add(Fact.EXCEPTION_FRAME, ownFrameOf(stack));
}

function readRowLink(cursor: ProtobufCursor, row: number): RowLink {
  let traceId = '';
  let spanId = 0n;
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    if (cursor.field === LINK_TRACE_ID) traceId = cursor.hex();
    else if (cursor.field === LINK_SPAN_ID) spanId = spanIdOfHex(cursor.hex());
  }
  cursor.leave(spanEnd);
  return { row, traceId, spanId };
}

function readStatusMessage(cursor: ProtobufCursor): string {
  let message = '';
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === STATUS_MESSAGE && cursor.isMessage) message = cursor.text();
  }
  cursor.leave(spanEnd);
  return message;
}
