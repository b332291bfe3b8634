import { checkBoolean, checkChoice, checkFunction } from '../../option-checks.js';

/** What the spans of Redis commands show. No option shows a value, a password or a whole key by itself. */
export interface RedisTracingOptions {
  /**
   * Whether a command has a span only below another span. Without it, commands outside of requests, jobs and
   * messages are traces of their own: health checks, caches that are refreshed by a timer, polling.
   * @default true
   */
  readonly requireParent?: boolean;
  /**
   * Returns what the span shows of the first key of a command: in its name, as `GET user:*`, and as attribute
   * `nestjs_traced.db.key_pattern`. The result must be of low cardinality and must contain no secret. Undefined
   * shows nothing. If the function throws, that is reported, and the span shows nothing of the key.
   * @default no key is shown
   */
  readonly keyPattern?: KeyPattern;
  /**
   * How `db.query.text` shows commands: `sanitized` shows `SET ? ?`, with the number of arguments. `none` omits
   * the attribute.
   * @default 'none'
   */
  readonly queryText?: 'sanitized' | 'none';
}

/**
 * @param command in upper case, such as `GET`
 * @param key the first key of the command, with the `keyPrefix` of the client
 */
export type KeyPattern = (command: string, key: string) => string | undefined;

/** {@link RedisTracingOptions} after validation, with their defaults. */
export interface RedisSettings {
  readonly requireParent: boolean;
  readonly keyPattern: KeyPattern | undefined;
  readonly showsText: boolean;
}

/**
 * Checks options and adds the defaults.
 *
 * @param owner precedes the names of options in error messages
 * @throws TracingConfigError for an invalid option
 */
export function redisSettingsOf(options: RedisTracingOptions, owner: string): RedisSettings {
  const { requireParent, keyPattern, queryText } = options;
  return {
    requireParent: checkBoolean(`${owner}.requireParent`, requireParent, true),
    keyPattern: checkFunction(`${owner}.keyPattern`, keyPattern, undefined),
    showsText:
      checkChoice(`${owner}.queryText`, queryText, 'none', ['sanitized', 'none']) === 'sanitized',
  };
}
