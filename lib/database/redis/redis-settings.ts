import type { ApplicationPart, LocalTracer } from '../../context/index.js';
import { type RedisSettings, type RedisTracingOptions, redisSettingsOf } from './redis-options.js';

/** The options of an application, and what they mean. */
interface ApplicationRedis {
  readonly options: RedisTracingOptions;
  readonly settings: RedisSettings;
}

const REDIS: ApplicationPart<ApplicationRedis> = { name: 'database.redis' };
const DEFAULT: ApplicationRedis = { options: {}, settings: redisSettingsOf({}, 'database.redis') };

/**
 * Sets what the spans of an application's Redis commands show. The options of a single client take precedence.
 *
 * @throws TracingConfigError for an invalid option
 */
export function configureRedis(tracer: LocalTracer, options: RedisTracingOptions = {}): void {
  const settings = redisSettingsOf(options, 'database.redis');
  tracer.application.set(REDIS, { options, settings });
}

/** The settings of one client: its own options, and those of the application for what it does not set. */
export class RedisClientSettings {
  readonly #own: RedisTracingOptions;
  readonly #isEmpty: boolean;
  /** By the options of an application: those options with this client's. */
  readonly #merged = new WeakMap<ApplicationRedis, RedisSettings>();

  /**
   * @param options may have other members
   * @param owner precedes the names of options in error messages
   * @throws TracingConfigError for an invalid option
   */
  constructor({ requireParent, keyPattern, queryText }: RedisTracingOptions, owner: string) {
    const members = Object.entries({ requireParent, keyPattern, queryText });
    this.#own = Object.fromEntries(members.filter(([, value]) => value !== undefined));
    this.#isEmpty = Object.keys(this.#own).length === 0;
    redisSettingsOf(this.#own, owner);
  }

  /** The settings for a command that a tracer of an application traces. */
  of(tracer: LocalTracer): RedisSettings {
    const application = tracer.application.get(REDIS) ?? DEFAULT;
    if (this.#isEmpty) return application.settings;
    let merged = this.#merged.get(application);
    if (merged === undefined) {
      merged = redisSettingsOf({ ...application.options, ...this.#own }, 'database.redis');
      this.#merged.set(application, merged);
    }
    return merged;
  }
}
