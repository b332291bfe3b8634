import type { Attributes } from '@opentelemetry/api';
import type { ApplicationPart, LocalTracer } from '../context/index.js';
import { checkBoolean } from '../option-checks.js';
import { createLogFields, DEFAULT_LOG_FIELDS, type LogFields } from './log-fields.js';
import type { LoggingOptions } from './logging-options.js';

/** The settings of an application, for loggers that have no dependency injection. */
export interface LoggingSettings {
  readonly fields: LogFields;
  readonly hasSpanEvents: boolean;
  /** Returns the attributes `exception.*`, without secrets. Does not throw. */
  readonly describeException: (exception: unknown) => Attributes;
}

export const LOGGING: ApplicationPart<LoggingSettings> = { name: 'logging' };

/**
 * Stores the settings in the application of `tracer`.
 *
 * @param describeException returns the attributes `exception.*` of an exception, as spans show them
 * @throws TracingConfigError for an invalid option
 */
export function configureLogging(
  tracer: LocalTracer,
  { fields, spanEvents }: LoggingOptions,
  describeException: (exception: unknown) => Attributes,
): void {
  tracer.application.set(LOGGING, {
    fields: createLogFields('logging.fields', fields) ?? DEFAULT_LOG_FIELDS,
    hasSpanEvents: checkBoolean('logging.spanEvents', spanEvents, false),
    describeException,
  });
}
