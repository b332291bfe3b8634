import { checkOption } from '../option-checks.js';
import { createLogFields, type LogFields, type LogFieldsOption } from './log-fields.js';

/** Options for log lines. */
export interface LoggingOptions {
  /**
   * The fields that log lines have inside a span. `TracedLogger`, `pinoTraceMixin`, `tracedPinoOptions`,
   * `winstonTraceFormat` and `traceWinston` use them for the spans of this application, unless they have an option
   * `fields` of their own.
   * @default 'otel': `trace_id`, `span_id` and `trace_flags`
   */
  readonly fields?: LogFieldsOption;
  /**
   * True adds each log line inside a recorded span to the span, as an event with the name `log`.
   * @default false
   */
  readonly spanEvents?: boolean;
  /**
   * The logger that the provider `TracedLogger` writes to: a `LoggerService`, such as `new ConsoleLogger({ json: true })`.
   * A `ConsoleLogger` is changed in place. It applies to `TracingModule` only.
   * @default `new ConsoleLogger()`
   */
  readonly logger?: NestLoggerService;
}

/** Nest's `LoggerService`, without its optional methods. */
export interface NestLoggerService {
  /** Writes a line of the level `log`. */
  log(message: unknown, ...optionalParams: unknown[]): unknown;
  /** Writes a line of the level `error`. */
  error(message: unknown, ...optionalParams: unknown[]): unknown;
  /** Writes a line of the level `warn`. */
  warn(message: unknown, ...optionalParams: unknown[]): unknown;
}

/** Options of what adds fields to log lines. */
export interface LogFieldsOptions {
  /** The fields that log lines have inside a span. @default `logging.fields` of the span's application */
  readonly fields?: LogFieldsOption;
}

/**
 * @param owner the function that got the options, for error messages
 * @returns undefined for the fields of the span's application
 * @throws TracingConfigError for invalid options
 */
export function checkFieldsOptions(
  owner: string,
  options: LogFieldsOptions,
): LogFields | undefined {
  checkOption(
    typeof options === 'object' && options !== null,
    `${owner}.options`,
    'must be an object',
    options,
    "Give the options as one object, such as { fields: 'ecs' }, or leave them out.",
  );
  return createLogFields(`${owner}.fields`, options.fields);
}
