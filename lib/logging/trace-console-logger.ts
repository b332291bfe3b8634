import { hasMethods, memberOf, replaceMember } from '../operation/index.js';
import { activeFields } from './active-fields.js';
import { LogFeed } from './log-feed.js';
import type { LogFields, LogFieldValues } from './log-fields.js';
import { feedNestLines } from './nest-lines.js';

/** The members of Nest's `ConsoleLogger` that this file uses. They are the same in Nest 11 and 12. */
interface ConsoleLoggerShape {
  /** Returns a line of text, with its line break. */
  formatMessage(...args: unknown[]): unknown;
  /** Returns the object that is printed as JSON. */
  getJsonLogObject(...args: unknown[]): unknown;
  /** Prints the messages of one call, after the check of the level. */
  printMessages(...args: PrintArguments): void;
  /** Resolves a lazy message. Since Nest 12. */
  resolveMessage?(message: unknown): unknown;
  /** Masks secrets with the logger's own rules. Since Nest 12. */
  redact?(value: unknown): unknown;
}

type PrintArguments = [
  messages: unknown[],
  context?: unknown,
  level?: string,
  stream?: unknown,
  stack?: unknown,
  params?: Record<string, unknown>,
];

const tracedLoggers = new WeakSet<object>();

/**
 * Makes a `ConsoleLogger` of Nest, or an instance of a subclass, print the ids of the active span: in JSON as fields,
 * in text at the end of the
 * first line. The logger is changed in place. Tracing it again has no effect.
 *
 * @returns false if the logger is not a `ConsoleLogger`
 * @throws TypeError if the logger is frozen
 */
export function traceConsoleLogger(logger: object, own: LogFields | undefined): boolean {
  if (tracedLoggers.has(logger)) return true;
  if (!hasMethods(logger, ['formatMessage', 'getJsonLogObject', 'printMessages'])) return false;
  tracedLoggers.add(logger);
  const formatMessage = memberOf(logger, 'formatMessage') as ConsoleLoggerShape['formatMessage'];
  const getJsonLogObject = memberOf(
    logger,
    'getJsonLogObject',
  ) as ConsoleLoggerShape['getJsonLogObject'];
  const printMessages = memberOf(logger, 'printMessages') as ConsoleLoggerShape['printMessages'];
  replaceMember(logger, 'formatMessage', function (this: unknown, ...args: unknown[]) {
    const line = Reflect.apply(formatMessage, this, args);
    const fields = activeFields(own);
    return fields === undefined || typeof line !== 'string' ? line : withFields(line, fields);
  });
  replaceMember(logger, 'getJsonLogObject', function (this: unknown, ...args: unknown[]) {
    const line = Reflect.apply(getJsonLogObject, this, args);
    const fields = activeFields(own);
    if (fields !== undefined && typeof line === 'object' && line !== null) addFields(line, fields);
    return line;
  });
  replaceMember(
    logger,
    'printMessages',
    function (this: ConsoleLoggerShape, ...args: PrintArguments) {
      const feed = LogFeed.open();
      if (feed === undefined) return Reflect.apply(printMessages, this, args);
      // Once: a lazy message can be expensive, or return another text with each call.
      args[0] = resolveMessages(this, args[0]);
      Reflect.apply(printMessages, this, args);
      feedPrinted(feed, this, args);
    },
  );
  return true;
}

/** At the end of the first line, so that it is beside the level and the context also if a stack follows. */
function withFields(line: string, fields: LogFieldValues): string {
  let text = '';
  for (const name in fields) text += ` ${name}=${shown(fields[name])}`;
  let end = line.indexOf('\n');
  if (end < 0) return line + text;
  if (line[end - 1] === '\r') end--;
  return line.slice(0, end) + text + line.slice(end);
}

/** Quoted where a reader could not see the end of the value. */
function shown(value: unknown): string {
  const text = String(value);
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}

/** A field that the user has given stays as it is. */
function addFields(line: object, fields: LogFieldValues): void {
  for (const name in fields) {
    if (!(name in line)) (line as LogFieldValues)[name] = fields[name] as string;
  }
}

function resolveMessages(logger: ConsoleLoggerShape, messages: unknown[]): unknown[] {
  const isLazy = (message: unknown): boolean => typeof message === 'function';
  if (typeof logger.resolveMessage !== 'function' || !messages.some(isLazy)) return messages;
  return messages.map((message) => logger.resolveMessage?.(message));
}

function feedPrinted(feed: LogFeed, logger: ConsoleLoggerShape, args: PrintArguments): void {
  const [messages, context, level = 'log', , stack, params] = args;
  const masked = (value: unknown): unknown =>
    value === undefined || typeof logger.redact !== 'function' ? value : logger.redact(value);
  try {
    feedNestLines(feed, {
      level,
      messages: messages.map((message) =>
        typeof message === 'function' ? message.name : masked(message),
      ),
      context,
      stack,
      params: masked(params) as Record<string, unknown> | undefined,
    });
  } catch (error) {
    feed.fail(error);
  }
}
