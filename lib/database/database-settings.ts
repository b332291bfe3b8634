import type { LocalTracer } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { TracingConfigError } from '../errors.js';
import type { DatabaseOptions, ParameterRedactor } from './database-options.js';
import { redactParameter } from './redact-parameter.js';
import { SqlReader } from './sql/index.js';

/** {@link DatabaseOptions}, checked and made ready for use. */
export class DatabaseSettings {
  readonly queryText: 'as sent' | 'sanitized' | 'none';
  readonly maxQueryTextLength: number;
  readonly redactParameter: ParameterRedactor | undefined;
  readonly captureReturnedRows: boolean;
  readonly maxEqualQueryCount: number | undefined;
  readonly sqlCommenter: boolean | 'cached statements too';
  readonly #readers = new Map<string, SqlReader>();

  /**
   * @param owner what the options are called in messages
   * @throws TracingConfigError for options that cannot be used
   */
  constructor(options: DatabaseOptions = {}, owner = 'database') {
    const { queryText = 'as sent', maxQueryTextLength = 2048, captureParameters } = options;
    const { maxEqualQueryCount, sqlCommenter = false } = options;
    if (!['as sent', 'sanitized', 'none'].includes(queryText)) {
      throw TracingConfigError.invalidOption(
        `${owner}.queryText`,
        "must be 'as sent', 'sanitized' or 'none'",
        queryText,
        "Leave it out for 'as sent'.",
      );
    }
    if (!isCount(maxQueryTextLength)) {
      throw TracingConfigError.invalidOption(
        `${owner}.maxQueryTextLength`,
        'must be a whole number from 1 on',
        maxQueryTextLength,
        "To show no text, use queryText: 'none'.",
      );
    }
    if (!['undefined', 'boolean', 'function'].includes(typeof captureParameters)) {
      throw TracingConfigError.invalidOption(
        `${owner}.captureParameters`,
        'must be true, false or a function',
        captureParameters,
        'Leave it out to show no parameters.',
      );
    }
    if (maxEqualQueryCount !== undefined && !isCount(maxEqualQueryCount)) {
      throw TracingConfigError.invalidOption(
        `${owner}.maxEqualQueryCount`,
        'must be a whole number from 1 on',
        maxEqualQueryCount,
        'Leave it out to give each query a span of its own.',
      );
    }
    if (typeof sqlCommenter !== 'boolean' && sqlCommenter !== 'cached statements too') {
      throw TracingConfigError.invalidOption(
        `${owner}.sqlCommenter`,
        "must be true, false or 'cached statements too'",
        sqlCommenter,
        'Leave it out to send queries as they are.',
      );
    }
    this.queryText = queryText;
    this.maxQueryTextLength = maxQueryTextLength;
    this.redactParameter =
      typeof captureParameters === 'function'
        ? captureParameters
        : captureParameters === true
          ? redactParameter
          : undefined;
    this.captureReturnedRows = options.captureReturnedRows === true;
    this.maxEqualQueryCount = maxEqualQueryCount;
    this.sqlCommenter = sqlCommenter;
  }

  /**
   * The settings of a client that was given options of its own; undefined if it was given none of
   * {@link DatabaseOptions}, and those of the application count.
   *
   * @param options may hold others besides
   * @throws TracingConfigError for options that cannot be used
   */
  static of(options: DatabaseOptions, owner: string): DatabaseSettings | undefined {
    const isGiven = OPTIONS.some((name) => options[name] !== undefined);
    return isGiven ? new DatabaseSettings(options, owner) : undefined;
  }

  /** The reader for the texts of a database; all that go to one system share it. */
  readerOf(system: string): SqlReader {
    let reader = this.#readers.get(system);
    if (reader === undefined) {
      reader = new SqlReader(system, this.maxQueryTextLength);
      this.#readers.set(system, reader);
    }
    return reader;
  }
}

const OPTIONS: readonly (keyof DatabaseOptions)[] = [
  'queryText',
  'maxQueryTextLength',
  'captureParameters',
  'captureReturnedRows',
  'maxEqualQueryCount',
  'sqlCommenter',
];

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/**
 * The settings of each application, found by the diagnostics, which all tracers of an application
 * share: clients of databases are traced where nothing can be injected.
 */
const settingsOfApplication = new WeakMap<Diagnostics, DatabaseSettings>();
const DEFAULT_SETTINGS = new DatabaseSettings();

/**
 * Says what the spans of an application's queries show, where their client was given no options.
 *
 * @throws TracingConfigError for options that cannot be used
 */
export function configureDatabase(tracer: LocalTracer, options: DatabaseOptions): void {
  settingsOfApplication.set(tracer.diagnostics, new DatabaseSettings(options));
}

export function databaseSettingsOf(tracer: LocalTracer): DatabaseSettings {
  return settingsOfApplication.get(tracer.diagnostics) ?? DEFAULT_SETTINGS;
}
