import { contextStorage } from '../context/index.js';
import { checkFieldsOptions, type LogFieldsOptions } from './logging-options.js';
import { addedTo, addFields } from './winston-fields.js';
import type { WinstonFormat, WinstonInfo } from './winston-shape.js';

/**
 * Creates a format of winston: lines inside a span get its ids. Put it before the format that makes a text of the
 * line. Fields of the line with the same names take precedence.
 *
 * Use `traceWinston` where you have the logger: a logger whose transports are busy runs its formats later, outside
 * the span, and these lines then have no ids. `traceWinston` reads the span before, and also exports the lines.
 *
 * @throws TracingConfigError for invalid options
 * @example
 * const logger = createLogger({
 *   format: format.combine(winstonTraceFormat(), format.json()),
 *   transports: [new transports.Console()],
 * });
 */
export function winstonTraceFormat(options: LogFieldsOptions = {}): WinstonFormat {
  const own = checkFieldsOptions('winstonTraceFormat', options);
  return {
    transform(info: WinstonInfo): WinstonInfo {
      const added = addedTo(info);
      if (added?.isFinal === true) return info;
      const context = contextStorage.active();
      if (context.span === undefined && added === undefined) return info;
      addFields(info, context, own, false);
      return info;
    },
  };
}
