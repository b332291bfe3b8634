import { activeFields } from './active-fields.js';
import type { LogFieldValues } from './field-text.js';
import { checkFieldsOptions, type LogFieldsOptions } from './logging-options.js';

/**
 * Creates the option `mixin` of pino: lines inside a span get its ids. Fields of the line with the same names
 * take precedence.
 *
 * Use `tracedPinoOptions` to keep a mixin of your own, to use `nestedKey`, or to export the lines.
 *
 * @throws TracingConfigError for invalid options
 * @example
 * const logger = pino({ mixin: pinoTraceMixin() });
 */
export function pinoTraceMixin(options: LogFieldsOptions = {}): () => LogFieldValues {
  const own = checkFieldsOptions('pinoTraceMixin', options);
  // A new object each time: pino adds the fields of the line to it.
  return () => activeFields(own) ?? {};
}
