import { ConsoleLogger, type LoggerService, type LogLevel } from '@nestjs/common';
import {
  checkTracedLoggerOptions,
  LoggerCalls,
  type TracedLoggerOptions,
} from '../../logging/index.js';

/**
 * A logger of Nest over another one. Inside a span, each line has the ids of the span: trace id, span id and flags.
 *
 * A `ConsoleLogger`, or an instance of a subclass, prints the ids itself: in JSON as fields, in text at the end of
 * the first line. Its options, levels, colors and output stay as they are, and so do messages and arguments. Any other
 * logger receives its calls unchanged, unless the option `addFields` says how it takes the ids.
 *
 * With the option `logging.spanEvents`, and with a log exporter, the lines go there too. Lines that the given logger
 * exports itself, like those of pino with `tracedPinoOptions`, are not exported twice.
 *
 * It extends `ConsoleLogger` only because Nest's `Logger.isLevelEnabled` asks no other logger. To change the output,
 * extend `ConsoleLogger`, and give an instance of that class.
 *
 * @example
 * const app = await NestFactory.create(AppModule, {
 *   logger: new TracedLogger(new ConsoleLogger({ json: true })),
 * });
 */
export class TracedLogger extends ConsoleLogger {
  readonly #logger: LoggerService & Partial<ConsoleLogger>;
  readonly #calls: LoggerCalls;

  /**
   * @param logger receives all calls. A `ConsoleLogger` is changed in place
   * @throws TracingConfigError for invalid options, and for Nest's `Logger`, which would call this logger again
   */
  constructor(logger: LoggerService = new ConsoleLogger(), options: TracedLoggerOptions = {}) {
    super();
    this.#calls = new LoggerCalls(logger, checkTracedLoggerOptions(logger, options));
    this.#logger = logger;
  }

  /** Writes a line of the level `log`. */
  override log(...args: [message: unknown, ...optionalParams: unknown[]]): void {
    this.#calls.call('log', args);
  }

  /** Writes a line of the level `error`. */
  override error(...args: [message: unknown, ...optionalParams: unknown[]]): void {
    this.#calls.call('error', args);
  }

  /** Writes a line of the level `warn`. */
  override warn(...args: [message: unknown, ...optionalParams: unknown[]]): void {
    this.#calls.call('warn', args);
  }

  /** Writes a line of the level `debug`, if the given logger has this level. */
  override debug(...args: [message: unknown, ...optionalParams: unknown[]]): void {
    this.#calls.call('debug', args);
  }

  /** Writes a line of the level `verbose`, if the given logger has this level. */
  override verbose(...args: [message: unknown, ...optionalParams: unknown[]]): void {
    this.#calls.call('verbose', args);
  }

  /** Writes a line of the level `fatal`, if the given logger has this level. */
  override fatal(...args: [message: unknown, ...optionalParams: unknown[]]): void {
    this.#calls.call('fatal', args);
  }

  /** Sets the levels of the given logger. */
  override setLogLevels(levels: LogLevel[]): void {
    this.#logger.setLogLevels?.(levels);
  }

  /** Sets the context of the given logger, if it has one. */
  override setContext(context: string): void {
    this.#logger.setContext?.(context);
  }

  /** Resets the context of the given logger, if it has one. */
  override resetContext(): void {
    this.#logger.resetContext?.();
  }

  /** Whether the given logger writes lines of a level; true if it does not tell. */
  override isLevelEnabled(level: LogLevel): boolean {
    return this.#logger.isLevelEnabled?.(level) ?? true;
  }
}
