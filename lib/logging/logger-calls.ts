import { checkFunction, checkMethods, checkOption } from '../option-checks.js';
import { activeFields } from './active-fields.js';
import type { LogFieldValues } from './field-text.js';
import { notedLineCount } from './line-count.js';
import { LogFeed } from './log-feed.js';
import type { LogFields } from './log-fields.js';
import { checkFieldsOptions, type LogFieldsOptions } from './logging-options.js';
import { feedNestLines, readNestCall } from './nest-lines.js';
import { traceConsoleLogger } from './trace-console-logger.js';

/** The methods of a logger of Nest that write lines. All but the first three are optional. */
export type NestLogMethod = 'log' | 'error' | 'warn' | 'debug' | 'verbose' | 'fatal';

/** Options of `TracedLogger`. */
export interface TracedLoggerOptions extends LogFieldsOptions {
  /**
   * Returns the arguments with which a logger that is not a `ConsoleLogger` is called inside a span. It must not
   * change the given array.
   * @default the arguments are passed on unchanged, without the ids
   */
  readonly addFields?: (args: readonly unknown[], fields: LogFieldValues) => readonly unknown[];
}

/** {@link TracedLoggerOptions} after validation. */
export interface TracedLoggerSettings {
  readonly own: LogFields | undefined;
  readonly addFields: TracedLoggerOptions['addFields'];
}

/** @throws TracingConfigError for invalid options, and for a logger that cannot be traced */
export function checkTracedLoggerOptions(
  logger: object,
  options: TracedLoggerOptions,
): TracedLoggerSettings {
  checkMethods(
    'TracedLogger.logger',
    logger,
    ['log', 'error', 'warn'],
    'Give a logger of Nest, such as new ConsoleLogger().',
  );
  checkOption(
    !('localInstance' in logger),
    'TracedLogger.logger',
    "must not be Nest's Logger, which writes to the logger of the application: to this one",
    logger,
    'Give new ConsoleLogger() instead.',
  );
  const own = checkFieldsOptions('TracedLogger', options);
  const addFields = checkFunction('TracedLogger.addFields', options.addFields, undefined);
  return { own, addFields };
}

type AnyLogger = Partial<
  Record<NestLogMethod | 'isLevelEnabled', (...args: readonly unknown[]) => unknown>
>;

/** Passes calls on to a logger of Nest, with the ids of the active span. */
export class LoggerCalls {
  private readonly logger: AnyLogger;
  private readonly settings: TracedLoggerSettings;
  /** It writes the ids and feeds the lines itself. */
  private readonly isConsoleLogger: boolean;
  /** True when it has fed a line itself, or has decided not to. */
  private feedsItself = false;

  constructor(logger: object, settings: TracedLoggerSettings) {
    this.logger = logger as AnyLogger;
    this.settings = settings;
    this.isConsoleLogger = traceConsoleLogger(logger, settings.own);
  }

  /** Calls a method, if the logger has it. What the logger throws passes to the caller. */
  call(method: NestLogMethod, args: readonly unknown[]): void {
    if (this.isConsoleLogger) {
      this.logger[method]?.(...args);
      return;
    }
    if (typeof this.logger[method] !== 'function') return;
    const before = notedLineCount();
    this.logger[method](...this.withFields(args));
    if (notedLineCount() !== before) this.feedsItself = true;
    else if (!this.feedsItself) this.feed(method, args);
  }

  private withFields(args: readonly unknown[]): readonly unknown[] {
    const { own, addFields } = this.settings;
    if (addFields === undefined) return args;
    const fields = activeFields(own);
    return fields === undefined ? args : addFields(args, fields);
  }

  private feed(method: NestLogMethod, args: readonly unknown[]): void {
    const feed = LogFeed.open();
    if (feed === undefined) return;
    try {
      if (this.logger.isLevelEnabled?.(method) === false) return;
      feedNestLines(feed, readNestCall(method, args));
    } catch (error) {
      feed.fail(error);
    }
  }
}
