import { hasMethods, memberOf, replaceMember } from '../operation/index.js';
import { checkOption } from '../option-checks.js';
import { noteLine } from './line-count.js';
import { contextOfLine, LogFeed } from './log-feed.js';
import { checkFieldsOptions, type LogFieldsOptions } from './logging-options.js';
import { type AddedFields, addedTo, addFields } from './winston-fields.js';
import { readWinstonLine } from './winston-line.js';
import { LEVEL, type WinstonInfo, type WinstonLoggerShape } from './winston-shape.js';

const tracedLoggers = new WeakSet<object>();

/**
 * Makes a logger of winston, and its child loggers, add the ids of the active span to each line. The logger is changed
 * in place; its formats and transports stay as they are. Fields of a line with the same names as the ids take
 * precedence. Tracing a logger again has no effect.
 *
 * With the option `logging.spanEvents`, and with a log exporter, the lines go there too, after the formats of the
 * logger, if at least one transport writes lines of their level.
 *
 * @returns the given logger
 * @throws TracingConfigError for any other value, and for invalid options
 * @example
 * const logger = WinstonModule.createLogger({
 *   instance: traceWinston(createLogger({ transports: [new transports.Console()] })),
 * });
 */
export function traceWinston<T extends object>(logger: T, options: LogFieldsOptions = {}): T {
  const own = checkFieldsOptions('traceWinston', options);
  checkOption(
    typeof logger === 'object' &&
      logger !== null &&
      hasMethods(logger, ['write', '_transform', 'push', 'isLevelEnabled']),
    'traceWinston.logger',
    'must be a logger of winston 3',
    logger,
    'Give what createLogger of winston returns.',
  );
  if (tracedLoggers.has(logger)) return logger;
  tracedLoggers.add(logger);
  const write = memberOf(logger, 'write') as WinstonLoggerShape['write'];
  const transform = memberOf(logger, '_transform') as WinstonLoggerShape['_transform'];
  const push = memberOf(logger, 'push') as WinstonLoggerShape['push'];
  let current: AddedFields | undefined;
  replaceMember(logger, 'write', function (this: unknown, ...args: Parameters<typeof write>) {
    const [info] = args;
    if (isInfo(info)) {
      noteLine();
      addFields(info, contextOfLine(), own, true);
    }
    return Reflect.apply(write, this, args);
  });
  // The formats run in `_transform`, and can make a copy of the line. A logger whose transports are busy calls it
  // long after `write`.
  replaceMember(
    logger,
    '_transform',
    function (this: unknown, ...args: Parameters<typeof transform>) {
      const [info] = args;
      current = isInfo(info) ? addedTo(info) : undefined;
      try {
        return Reflect.apply(transform, this, args);
      } finally {
        current = undefined;
      }
    },
  );
  replaceMember(
    logger,
    'push',
    function (this: WinstonLoggerShape, ...args: Parameters<typeof push>) {
      const [info] = args;
      // A format that drops the line returns false, and the end of the stream is null.
      if (isInfo(info)) feedLine(this, info, current);
      return Reflect.apply(push, this, args);
    },
  );
  return logger;
}

function isInfo(value: unknown): value is WinstonInfo {
  return typeof value === 'object' && value !== null;
}

function feedLine(
  logger: WinstonLoggerShape,
  info: WinstonInfo,
  added: AddedFields | undefined,
): void {
  const feed = LogFeed.open(added?.context);
  if (feed === undefined) return;
  try {
    const level = info[LEVEL] ?? info.level;
    if (!logger.isLevelEnabled(String(level))) return;
    feed.emit(readWinstonLine(info, String(level), added?.names ?? []));
  } catch (error) {
    feed.fail(error);
  }
}
