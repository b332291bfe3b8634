import { checkOption } from '../option-checks.js';
import { activeFields } from './active-fields.js';
import { noteLine } from './line-count.js';
import { LogFeed } from './log-feed.js';
import type { LogFields, LogFieldValues } from './log-fields.js';
import { checkFieldsOptions, type LogFieldsOptions } from './logging-options.js';
import { type PinoCall, type PinoKeys, readPinoLine } from './pino-line.js';
import type { PinoLoggerShape, PinoOptionsShape } from './pino-shape.js';

/**
 * Returns options of pino, `pino-http` or the `pinoHttp` of nestjs-pino, with which lines inside a span get its ids,
 * also the lines of child loggers, and the line that `pino-http` writes for each request. A mixin and hooks in the
 * options stay in use. Fields of a line with the same names as the ids take precedence.
 *
 * With the option `logging.spanEvents`, and with a log exporter, the lines go there too: as pino writes them, after
 * its serializers and its redaction. This needs pino 9.6 or later.
 *
 * @param options the object stays unchanged
 * @throws TracingConfigError for invalid options, and for an existing `logger` among them
 * @example
 * LoggerModule.forRoot({ pinoHttp: tracedPinoOptions({ level: 'debug' }) });
 */
export function tracedPinoOptions<T extends object>(
  options: T = {} as T,
  fieldsOptions: LogFieldsOptions = {},
): T {
  checkOption(
    typeof options === 'object' && options !== null && !Array.isArray(options),
    'tracedPinoOptions.options',
    'must be an object',
    options,
    'Give the options of pino; a destination stays the second argument of pino, or of pino-http.',
  );
  const given = options as PinoOptionsShape;
  checkOption(
    given.logger === undefined,
    'tracedPinoOptions.options.logger',
    'must not be set: pino-http ignores a mixin beside an existing logger',
    given.logger,
    'Create that logger with pino(tracedPinoOptions({ … })), and pass it to pino-http without a further call.',
  );
  const writer = new PinoWriter(given, checkFieldsOptions('tracedPinoOptions', fieldsOptions));
  return {
    ...options,
    mixin: (mergeObject: object, level: number, logger: never) =>
      writer.mixIn(mergeObject, level, logger),
    hooks: { ...given.hooks, streamWrite: (line: string) => writer.write(line) },
  };
}

class PinoWriter {
  readonly #given: PinoOptionsShape;
  readonly #own: LogFields | undefined;
  readonly #keys: PinoKeys;
  /** Between the mixin and the hook of one line, which pino calls in the same turn. */
  #call: PinoCall | undefined;

  constructor(given: PinoOptionsShape, own: LogFields | undefined) {
    this.#given = given;
    this.#own = own;
    this.#keys = {
      message: given.messageKey ?? 'msg',
      error: given.errorKey ?? 'err',
      nested: given.nestedKey,
    };
  }

  mixIn(mergeObject: object, level: number, logger: never): object {
    this.#call = { level, logger: logger as PinoLoggerShape };
    const { mixin, nestedKey } = this.#given;
    // Pino would put them below the key, where no tool looks for them.
    const fields = nestedKey === undefined ? activeFields(this.#own) : undefined;
    if (mixin === undefined) return fields ?? {};
    const others = mixin(mergeObject, level, logger);
    return fields === undefined ? others : Object.assign(fields, others);
  }

  write(line: string): string {
    const call = this.#call;
    this.#call = undefined;
    noteLine();
    const { hooks } = this.#given;
    const withIds = this.#keys.nested === undefined ? line : insertIds(line, this.#own);
    const written = hooks?.streamWrite === undefined ? withIds : hooks.streamWrite(withIds);
    const feed = LogFeed.open();
    if (feed === undefined) return written;
    try {
      feed.emit(readPinoLine(written, this.#keys, call, activeFields(this.#own)));
    } catch (error) {
      feed.fail(error);
    }
    return written;
  }
}

/** Behind the last field of the line. */
function insertIds(line: string, own: LogFields | undefined): string {
  const fields: LogFieldValues | undefined = activeFields(own);
  const end = line.lastIndexOf('}');
  if (fields === undefined || end < 0) return line;
  const ids = JSON.stringify(fields).slice(1, -1);
  return ids === '' ? line : `${line.slice(0, end)},${ids}${line.slice(end)}`;
}
