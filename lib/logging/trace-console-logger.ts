import { hasMethods, memberOf, replaceMember } from '../operation/index.js';
import { activeFields, activeFieldText } from './active-fields.js';
import type { LogFieldValues } from './field-text.js';
import { LogFeed } from './log-feed.js';
import type { LogFields } from './log-fields.js';
import { feedNestLines } from './nest-lines.js';

/** The members of Nest's `ConsoleLogger` that this file uses. They are the same in Nest 11 and 12. */
interface ConsoleLoggerShape {
  /** Returns a line of text, with its line break. */
  formatMessage(...args: unknown[]): unknown;
  /** Returns the object that is printed as JSON. */
  getJsonLogObject(...args: unknown[]): unknown;
  /** Prints the messages of one call, after the check of the level. */
  printMessages(...args: PrintArguments): void;
  /** Makes the JSON of the object. Since Nest 11.2. */
  stringifyJsonLogObject?(line: unknown): unknown;
  readonly options?: { readonly colors?: boolean };
  readonly inspectOptions?: { readonly compact?: unknown };
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
 * in text at the end of the first line. The logger is changed in place. Tracing it again has no effect.
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
    const fields = activeFieldText(own);
    return fields === undefined || typeof line !== 'string'
      ? line
      : withPairs(line, fields.pairs());
  });
  replaceMember(
    logger,
    'getJsonLogObject',
    function (this: ConsoleLoggerShape, ...args: unknown[]) {
      const line = Reflect.apply(getJsonLogObject, this, args);
      if (isObject(line) && !isWrittenAsJson(this)) addFields(line, activeFields(own));
      return line;
    },
  );
  if (hasMethods(logger, ['stringifyJsonLogObject'])) insertIntoJson(logger, own);
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
function withPairs(line: string, pairs: string): string {
  let end = line.indexOf('\n');
  if (end < 0) return line + pairs;
  if (line[end - 1] === '\r') end--;
  return line.slice(0, end) + pairs + line.slice(end);
}

/**
 * Writes the fields into the JSON, if the logger makes it with a method of its own. This is the form that services use,
 * and much cheaper there: Nest calls a function for each field of the object.
 */
function insertIntoJson(logger: object, own: LogFields | undefined): void {
  const stringify = memberOf(logger, 'stringifyJsonLogObject') as (line: unknown) => unknown;
  replaceMember(logger, 'stringifyJsonLogObject', function (this: unknown, line: unknown) {
    const json = Reflect.apply(stringify, this, [line]);
    const fields = activeFieldText(own);
    if (fields === undefined || typeof json !== 'string' || !json.endsWith('}')) return json;
    return `${json.slice(0, -1)}${fields.json(isObject(line) ? line : {})}}`;
  });
}

/** As `ConsoleLogger` decides it; otherwise it prints the object for people. */
function isWrittenAsJson(logger: ConsoleLoggerShape): boolean {
  return (
    logger.stringifyJsonLogObject !== undefined &&
    !logger.options?.colors &&
    logger.inspectOptions?.compact === true
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A field that the user has given stays as it is. */
function addFields(line: object, fields: LogFieldValues | undefined): void {
  for (const name in fields) {
    if (!Object.hasOwn(line, name)) (line as LogFieldValues)[name] = fields[name] as string;
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
