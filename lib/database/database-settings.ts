import type { ApplicationPart, LocalTracer } from '../context/index.js';
import { checkChoice, checkCount, checkOption } from '../option-checks.js';
import type { DatabaseTracingOptions, ParameterRedactor } from './database-options.js';
import { redactParameter } from './redact-parameter.js';
import { SqlReader } from './sql/index.js';

/** {@link DatabaseTracingOptions}, checked and made ready for use. */
export class DatabaseSettings {
  readonly queryText: 'sanitized-unless-parameterized' | 'sanitized' | 'none';
  readonly maxQueryTextLength: number;
  readonly redactParameter: ParameterRedactor | undefined;
  readonly captureReturnedRows: boolean;
  readonly foldQueriesAfter: number | undefined;
  readonly sqlCommenter: boolean | 'including-cached-statements';
  readonly #readers = new Map<string, SqlReader>();

  /**
   * @param owner what the options are called in messages
   * @throws TracingConfigError for options that cannot be used
   */
  constructor(options: DatabaseTracingOptions = {}, owner = 'database') {
    const { captureParameters, sqlCommenter = false } = options;
    const largest = Number.MAX_SAFE_INTEGER;
    checkOption(
      ['undefined', 'boolean', 'function'].includes(typeof captureParameters),
      `${owner}.captureParameters`,
      'must be true, false or a function',
      captureParameters,
      'Leave it out to show no parameters.',
    );
    checkOption(
      typeof sqlCommenter === 'boolean' || sqlCommenter === 'including-cached-statements',
      `${owner}.sqlCommenter`,
      "must be true, false or 'including-cached-statements'",
      sqlCommenter,
      'Leave it out to send queries as they are.',
    );
    this.queryText = checkChoice(
      `${owner}.queryText`,
      options.queryText,
      'sanitized-unless-parameterized',
      ['sanitized-unless-parameterized', 'sanitized', 'none'],
    );
    this.maxQueryTextLength = checkCount(
      `${owner}.maxQueryTextLength`,
      options.maxQueryTextLength,
      2048,
      1,
      largest,
      "To show no text, use queryText: 'none'.",
    );
    this.redactParameter =
      typeof captureParameters === 'function'
        ? captureParameters
        : captureParameters === true
          ? redactParameter
          : undefined;
    this.captureReturnedRows = options.captureReturnedRows === true;
    this.foldQueriesAfter = checkCount(
      `${owner}.foldQueriesAfter`,
      options.foldQueriesAfter,
      undefined,
      1,
      largest,
      'Leave it out to give each query a span of its own.',
    );
    this.sqlCommenter = sqlCommenter;
  }

  /**
   * The settings of a client that was given options of its own; undefined if it was given none of
   * {@link DatabaseTracingOptions}, and those of the application count.
   *
   * @param options may hold others besides
   * @throws TracingConfigError for options that cannot be used
   */
  static of(options: DatabaseTracingOptions, owner: string): DatabaseSettings | undefined {
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

const OPTIONS: readonly (keyof DatabaseTracingOptions)[] = [
  'queryText',
  'maxQueryTextLength',
  'captureParameters',
  'captureReturnedRows',
  'foldQueriesAfter',
  'sqlCommenter',
];

const SETTINGS: ApplicationPart<DatabaseSettings> = { name: 'database' };
const DEFAULT_SETTINGS = new DatabaseSettings();

/**
 * Says what the spans of an application's queries show, where their client was given no options.
 *
 * @throws TracingConfigError for options that cannot be used
 */
export function configureDatabase(tracer: LocalTracer, options: DatabaseTracingOptions): void {
  tracer.application.set(SETTINGS, new DatabaseSettings(options));
}

export function databaseSettingsOf(tracer: LocalTracer): DatabaseSettings {
  return tracer.application.get(SETTINGS) ?? DEFAULT_SETTINGS;
}
