export type { LogFieldValues } from './field-text.js';
export { contextOfLine } from './log-feed.js';
export type { GcpLogFields, LogFieldNames, LogFieldsOption } from './log-fields.js';
export {
  checkTracedLoggerOptions,
  LoggerCalls,
  type NestLogMethod,
  type TracedLoggerOptions,
} from './logger-calls.js';
export type { LogFieldsOptions, LoggingOptions, NestLoggerService } from './logging-options.js';
export { configureLogging } from './logging-settings.js';
export { pinoTraceMixin } from './pino-mixin.js';
export { traceWinston } from './trace-winston.js';
export { tracedPinoOptions } from './traced-pino-options.js';
export { winstonTraceFormat } from './winston-format.js';
export type { WinstonFormat, WinstonInfo } from './winston-shape.js';
