import type { ApplicationPart, LocalTracer } from '../context/index.js';
import {
  checkBoolean,
  checkChoice,
  checkCount,
  checkMillis,
  checkOption,
} from '../option-checks.js';
import { type ChannelLibrary, librariesOf } from './channels/channel-options.js';
import type {
  DatabaseApplicationOptions,
  DatabaseTracingOptions,
  ParameterRedactor,
} from './database-options.js';
import { describeParameter } from './query-parameters.js';
import { configureRedis } from './redis/redis-settings.js';
import { SqlReader } from './sql/sql-reader.js';

/** {@link DatabaseTracingOptions} after validation, with their defaults. */
export class DatabaseSettings {
  /** The options that these settings were made from. */
  readonly options: DatabaseTracingOptions;
  readonly queryText: 'sanitized-unless-parameterized' | 'sanitized' | 'none';
  readonly maxQueryTextLength: number;
  readonly redactParameter: ParameterRedactor | undefined;
  readonly captureReturnedRows: boolean;
  readonly foldQueriesAfter: number | undefined;
  readonly sqlCommenter: boolean | 'including-cached-statements';
  readonly connectionWaitThresholdMillis: number | false;
  readonly #readers = new Map<string, SqlReader>();

  /**
   * @param owner precedes the names of options in error messages
   * @throws TracingConfigError for an invalid option
   */
  constructor(options: DatabaseTracingOptions = {}, owner = 'database') {
    const { captureParameters, sqlCommenter = false } = options;
    this.options = options;
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
      Number.MAX_SAFE_INTEGER,
      "To show no text, use queryText: 'none'.",
    );
    checkOption(
      ['undefined', 'boolean', 'function'].includes(typeof captureParameters),
      `${owner}.captureParameters`,
      'must be true, false or a function',
      captureParameters,
      'Leave it out to show no parameters.',
    );
    this.redactParameter =
      typeof captureParameters === 'function'
        ? captureParameters
        : captureParameters === true
          ? describeParameter
          : undefined;
    this.captureReturnedRows = checkBoolean(
      `${owner}.captureReturnedRows`,
      options.captureReturnedRows,
      false,
    );
    this.foldQueriesAfter = checkCount(
      `${owner}.foldQueriesAfter`,
      options.foldQueriesAfter,
      undefined,
      1,
      Number.MAX_SAFE_INTEGER,
      'Leave it out to give each query its own span.',
    );
    checkOption(
      typeof sqlCommenter === 'boolean' || sqlCommenter === 'including-cached-statements',
      `${owner}.sqlCommenter`,
      "must be true, false or 'including-cached-statements'",
      sqlCommenter,
      'Leave it out to send queries unchanged.',
    );
    this.sqlCommenter = sqlCommenter;
    const { connectionWaitThresholdMillis: waitMillis } = options;
    this.connectionWaitThresholdMillis =
      waitMillis !== false &&
      checkMillis(
        `${owner}.connectionWaitThresholdMillis`,
        waitMillis,
        1,
        0,
        'To show no waits, use false.',
      );
  }

  /** The reader of the texts of a database. All clients of one system share it. */
  readerOf(system: string): SqlReader {
    let reader = this.#readers.get(system);
    if (reader === undefined) {
      reader = new SqlReader(system, this.maxQueryTextLength);
      this.#readers.set(system, reader);
    }
    return reader;
  }
}

const SETTINGS: ApplicationPart<DatabaseSettings> = { name: 'database' };
const DEFAULT_SETTINGS = new DatabaseSettings();

/**
 * Sets what the spans of an application's queries show. The options of a single client take precedence.
 *
 * @throws TracingConfigError for an invalid option
 */
export function configureDatabase(tracer: LocalTracer, options: DatabaseApplicationOptions): void {
  tracer.application.set(SETTINGS, new DatabaseSettings(options));
  configureRedis(tracer, options.redis);
  tracer.application.set(CHANNELS, librariesOf(options.channels));
}

const CHANNELS: ApplicationPart<ReadonlySet<ChannelLibrary>> = { name: 'database.channels' };
const NO_LIBRARIES: ReadonlySet<ChannelLibrary> = new Set();

/** The libraries that an application traces through their channels. */
export function channelLibrariesOf(tracer: LocalTracer): ReadonlySet<ChannelLibrary> {
  return tracer.application.get(CHANNELS) ?? NO_LIBRARIES;
}

const OPTION_NAMES: readonly (keyof DatabaseTracingOptions)[] = [
  'queryText',
  'maxQueryTextLength',
  'captureParameters',
  'captureReturnedRows',
  'foldQueriesAfter',
  'sqlCommenter',
  'connectionWaitThresholdMillis',
];

/** The settings of one client: its own options, and those of the application for what it does not set. */
export class ClientSettings {
  readonly #own: DatabaseTracingOptions | undefined;
  /** By the settings of an application: those settings with this client's options. */
  readonly #merged = new WeakMap<DatabaseSettings, DatabaseSettings>();

  /**
   * @param options may have other members
   * @param owner precedes the names of options in error messages
   * @throws TracingConfigError for an invalid option
   */
  constructor(options: DatabaseTracingOptions, owner: string) {
    const names = OPTION_NAMES.filter((name) => options[name] !== undefined);
    const own = Object.fromEntries(names.map((name) => [name, options[name]]));
    this.#own = names.length === 0 ? undefined : new DatabaseSettings(own, owner).options;
  }

  /** The settings for a query that a tracer of an application traces. */
  of(tracer: LocalTracer): DatabaseSettings {
    const application = tracer.application.get(SETTINGS) ?? DEFAULT_SETTINGS;
    if (this.#own === undefined) return application;
    let merged = this.#merged.get(application);
    if (merged === undefined) {
      merged = new DatabaseSettings({ ...application.options, ...this.#own });
      this.#merged.set(application, merged);
    }
    return merged;
  }
}
