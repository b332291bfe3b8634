import { type LogEntry, maskedMessageOf } from '../context/index.js';
import type { LogFeed } from './log-feed.js';
import { SEVERITY_OF_NEST_LEVEL } from './severity.js';

/** What one call of a logger of Nest logs. */
export interface NestLines {
  /** The name of the method, such as `warn`. */
  readonly level: string;
  /** The first one is the message of the call. */
  readonly messages: readonly unknown[];
  /** The logger's context, such as the name of a class. */
  readonly context: unknown;
  /** The stack of an error, as a text of its own. */
  readonly stack: unknown;
  /** Structured data. */
  readonly params: Readonly<Record<string, unknown>> | undefined;
}

/** The attribute with the context of Nest's loggers. The semantic conventions have none for the name of a logger. */
const CONTEXT = 'nestjs.context';
const SCOPE_NAME = '@nestjs/common';

/**
 * Feeds the lines of one call: one for each message, as `ConsoleLogger` prints them. The first error among the
 * messages belongs to the first line.
 */
export function feedNestLines(feed: LogFeed, lines: NestLines): void {
  const { level, messages, context, stack, params } = lines;
  const severity = { severityText: level, severityNumber: SEVERITY_OF_NEST_LEVEL[level] ?? 0 };
  const exception = messages.find((message) => message instanceof Error);
  const shown = messages.filter((message, index) => index === 0 || message !== exception);
  for (const [index, message] of shown.entries()) {
    const body = message instanceof Error ? messageOf(message) : message;
    const attributes: Record<string, unknown> = { ...params };
    if (typeof context === 'string' && context !== '') attributes[CONTEXT] = context;
    const entry: LogEntry = { ...severity, body, attributes, scopeName: SCOPE_NAME };
    if (index > 0) feed.emit(entry);
    else if (exception !== undefined) feed.emit({ ...entry, exception });
    else feed.emit({ ...entry, attributes: { ...attributes, ...attributesOfStack(stack, body) } });
  }
}

/**
 * Reads the arguments of a call, as `ConsoleLogger` of Nest 12 does: the last string is the context, before it
 * `error` and `fatal` can have a stack, and objects are structured data.
 */
export function readNestCall(level: string, args: readonly unknown[]): NestLines {
  const rest = args.slice(1);
  let context: unknown;
  let stack: unknown;
  const canHaveStack = level === 'error' || level === 'fatal';
  if (canHaveStack && isStack(rest.at(-1))) stack = rest.pop();
  else if (typeof rest.at(-1) === 'string') context = rest.pop();
  if (canHaveStack && stack === undefined && isStack(rest.at(-1))) stack = rest.pop();
  const messages: unknown[] = args.slice(0, 1);
  let params: Record<string, unknown> | undefined;
  for (const value of rest) {
    if (isPlainObject(value)) params = { ...params, ...value };
    else if (value !== undefined) messages.push(value);
  }
  return { level, messages, context, stack, params };
}

function messageOf(error: Error): string {
  return maskedMessageOf(error) ?? error.message;
}

/** Of an error that was given as message and stack, like those of Nest's exception layer. */
function attributesOfStack(stack: unknown, message: unknown): Record<string, string> {
  if (typeof stack !== 'string' || stack === '') return {};
  const attributes: Record<string, string> = { 'exception.stacktrace': stack };
  const type = /^(?:Uncaught )?([\w$.]+)(?::|\n)/.exec(stack)?.[1];
  if (type !== undefined) attributes['exception.type'] = type;
  if (typeof message === 'string') attributes['exception.message'] = message;
  return attributes;
}

function isStack(value: unknown): value is string {
  return typeof value === 'string' && /\n[ \t]+at .+:\d+:\d+/.test(value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
