import type { Attributes, AttributeValue, Span } from '@opentelemetry/api';
import type { LogEntry } from '../context/index.js';

/** The name of a span's event for a log line. */
const LOG_EVENT = 'log';
// The semantic conventions have no names for the text and the level of a log line in a span.
const LOG_MESSAGE = 'log.message';
const LOG_SEVERITY = 'log.severity';

/** A structure has at most this depth in an event; what is deeper becomes JSON. */
const MAX_DEPTH = 4;
/** The number of fields of one line. A line can contain a whole request. */
const MAX_FIELDS = 128;

/**
 * Adds a log line to a span, as an event with the name `log`. Structures become attributes with dots in their
 * names, so that the redaction finds the keys in them. The limits of the span apply.
 */
export function addLogEvent(
  span: Span,
  { severityText, body, attributes, exception, time }: LogEntry,
  describeException: ((exception: unknown) => Attributes) | undefined,
): void {
  const flat: Attributes = {};
  if (severityText !== undefined) flat[LOG_SEVERITY] = severityText;
  const fields = new FlatFields(flat);
  fields.add(LOG_MESSAGE, body, 1);
  if (exception !== undefined) Object.assign(flat, describeException?.(exception));
  for (const key in attributes) fields.add(key, attributes[key], 1);
  span.addEvent(LOG_EVENT, flat, time);
}

class FlatFields {
  #left = MAX_FIELDS;

  constructor(private readonly flat: Attributes) {}

  add(key: string, value: unknown, depth: number): void {
    if (value === undefined || value === null || this.#left === 0) return;
    if (depth < MAX_DEPTH && isStructure(value)) {
      for (const name in value) this.add(`${key}.${name}`, value[name], depth + 1);
      return;
    }
    this.#left--;
    this.flat[key] = attributeOf(value);
  }
}

function attributeOf(value: NonNullable<unknown>): AttributeValue {
  if (isPrimitive(value)) return value;
  if (typeof value !== 'object') return String(value);
  return isListOfPrimitives(value) ? value : jsonOf(value);
}

function isPrimitive(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isListOfPrimitives(value: object): value is string[] {
  return (
    Array.isArray(value) &&
    value.every((element) => isPrimitive(element) && typeof element === typeof value[0])
  );
}

/** False for an object with a form of its own, such as a date, and for instances of classes. */
function isStructure(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function jsonOf(value: object): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A cycle, a bigint, or a `toJSON` that throws.
    return Object.prototype.toString.call(value);
  }
}
