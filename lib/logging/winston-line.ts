import type { LogEntry } from '../context/index.js';
import { severityOfName } from './severity.js';
import type { WinstonInfo } from './winston-shape.js';

const SCOPE_NAME = 'winston';

/**
 * Reads a line of winston after the formats of its logger.
 *
 * @param level without the colors that a format can add
 * @param added the names of the fields with the ids of the span
 */
export function readWinstonLine(
  info: WinstonInfo,
  level: string,
  added: readonly string[],
): LogEntry {
  const { level: _, message, stack, timestamp, ...fields } = info;
  const attributes: Record<string, unknown> = {};
  let exception: unknown;
  for (const [name, value] of Object.entries(fields)) {
    if (added.includes(name)) continue;
    if (value instanceof Error && exception === undefined) exception = value;
    else attributes[name] = value;
  }
  if (info instanceof Error) exception = info;
  else if (message instanceof Error) exception ??= message;
  if (exception === undefined) Object.assign(attributes, attributesOfStack(stack, message));
  return {
    severityText: level,
    severityNumber: severityOfName(level),
    body: message instanceof Error ? message.message : message,
    attributes,
    scopeName: SCOPE_NAME,
    ...(exception === undefined ? {} : { exception }),
  };
}

/** `format.errors` gives a text, and the adapters for Nest a list with one text, or with undefined. */
function attributesOfStack(stack: unknown, message: unknown): Record<string, unknown> {
  const text = Array.isArray(stack) ? stack[0] : stack;
  if (typeof text !== 'string' || text === '') return {};
  return { 'exception.stacktrace': text, 'exception.message': String(message) };
}
