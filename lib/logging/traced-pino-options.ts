import { checkOption } from '../option-checks.js';
import { activeFields, activeFieldText } from './active-fields.js';
import type { FieldText } from './field-text.js';
import { noteLine } from './line-count.js';
import { LogFeed } from './log-feed.js';
import type { LogFields } from './log-fields.js';
import { checkFieldsOptions, type LogFieldsOptions } from './logging-options.js';
import { type PinoKeys, readPinoLine } from './pino-line.js';
import type { PinoLoggerShape, PinoMixin, PinoOptionsShape } from './pino-shape.js';

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
  const { mixin, streamWrite } = createHooks(
    given,
    checkFieldsOptions('tracedPinoOptions', fieldsOptions),
  );
  return { ...options, mixin, hooks: { ...given.hooks, streamWrite } };
}

/** What pino calls for each line, in one turn: the mixin, and then the hook with the text of the line. */
function createHooks(
  given: PinoOptionsShape,
  own: LogFields | undefined,
): { readonly mixin: PinoMixin; readonly streamWrite: (line: string) => string } {
  const { mixin: givenMixin, messageKey = 'msg', errorKey = 'err', nestedKey } = given;
  const givenWrite = given.hooks?.streamWrite;
  const keys: PinoKeys = { message: messageKey, error: errorKey, nested: nestedKey };
  /** Whether pino calls the hook; undefined before the first line. */
  let hasHook: boolean | undefined;
  // From the mixin for the hook of the same line. Variables, because an object for each line takes longer.
  let logger: PinoLoggerShape | undefined;
  let level = 0;
  let fields: FieldText | undefined;
  /** The fields, without those that the line has of its own. */
  let json = '';

  const mixin = (mergeObject: object, levelOfLine: number, loggerOfLine: never): object => {
    hasHook ??= callsStreamWrite((loggerOfLine as PinoLoggerShape).version);
    const others = givenMixin?.(mergeObject, levelOfLine, loggerOfLine) ?? undefined;
    if (!hasHook) return Object.assign(activeFields(own) ?? {}, others);
    // After the mixin of the user, which can log a line too.
    logger = loggerOfLine;
    level = levelOfLine;
    fields = activeFieldText(own);
    json = fields === undefined ? '' : fields.json(mergeObject, others);
    return others ?? {};
  };

  const streamWrite = (line: string): string => {
    const loggerOfLine = logger;
    // A serializer or a redaction of the user has logged another line in between.
    if (loggerOfLine === undefined) {
      fields = activeFieldText(own);
      json = fields?.json({}) ?? '';
    }
    const fieldsOfLine = fields;
    logger = undefined;
    noteLine();
    const withIds = json === '' ? line : insert(line, json);
    const written = givenWrite === undefined ? withIds : givenWrite(withIds);
    const feed = LogFeed.open();
    if (feed === undefined) return written;
    const call = loggerOfLine && { level, logger: loggerOfLine };
    try {
      feed.emit(readPinoLine(written, keys, call, fieldsOfLine?.values));
    } catch (error) {
      feed.fail(error);
    }
    return written;
  };

  return { mixin, streamWrite };
}

/** Pino calls the hook `streamWrite` since 9.6. Before, the ids of the mixin are all that a line can have. */
function callsStreamWrite(version: string | undefined): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(String(version)) ?? [];
  return Number(major) > 9 || (Number(major) === 9 && Number(minor) >= 6);
}

/**
 * Writes fields behind the last field of the line. Pino writes fields of a mixin one by one, which takes longer, and
 * puts them below `nestedKey`.
 */
function insert(line: string, json: string): string {
  const end = line.lastIndexOf('}');
  return end < 0 ? line : line.slice(0, end) + json + line.slice(end);
}
