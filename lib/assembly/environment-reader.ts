import type { Diagnostics } from '../diagnostics.js';
import { isTarget } from '../export/transport/target.js';
import { parsePairList } from './pair-list.js';

/** Environment variables by name, in the form of `process.env`. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The largest integer that the specification requires, and the longest delay of Node's timers. */
const MAX_INTEGER = 2 ** 31 - 1;

/**
 * Reads and validates environment variables. Each method reads one type of value. It returns undefined
 * for a variable that is unset, empty or invalid; an invalid value is reported.
 *
 * Spec: `configuration/sdk-environment-variables.md`, "Configuration types".
 */
export class EnvironmentReader {
  readonly #variables: EnvironmentVariables;
  readonly #diagnostics: Diagnostics;
  /** Some variables apply to several signals, and are read for each of them. */
  readonly #reported = new Set<string>();

  constructor(variables: EnvironmentVariables, diagnostics: Diagnostics) {
    this.#variables = variables;
    this.#diagnostics = diagnostics;
  }

  isSet(variable: string): boolean {
    return this.text(variable) !== undefined;
  }

  text(variable: string): string | undefined {
    const value = this.#variables[variable]?.trim();
    return value === '' ? undefined : value;
  }

  /** True only for the value `true`, in any case. */
  flag(variable: string): boolean {
    const value = this.text(variable)?.toLowerCase();
    if (value !== undefined && value !== 'true' && value !== 'false') {
      this.#reject(variable, 'must be true or false', value, 'Write true or false, or unset it.');
    }
    return value === 'true';
  }

  /** Splits the value at commas. Empty items are removed. */
  list(variable: string): string[] | undefined {
    const items = this.text(variable)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items === undefined || items.length === 0 ? undefined : items;
  }

  /** Returns the choice that equals the value, in any case. */
  choice<T extends string>(variable: string, choices: readonly T[]): T | undefined {
    const value = this.text(variable);
    if (value === undefined) return undefined;
    const choice = findChoice(value, choices);
    if (choice === undefined) this.#rejectChoice(variable, value, choices);
    return choice;
  }

  /**
   * Returns the choices that the list contains, in the order of the list and without duplicates.
   * Unknown items are removed and reported.
   */
  choices<T extends string>(variable: string, choices: readonly T[]): T[] | undefined {
    const items = this.list(variable);
    if (items === undefined) return undefined;
    const known = new Set<T>();
    const unknown: string[] = [];
    for (const item of items) {
      const choice = findChoice(item, choices);
      if (choice === undefined) unknown.push(item);
      else known.add(choice);
    }
    if (unknown.length === 0) return [...known];
    if (known.size === 0) {
      this.#rejectChoice(variable, items.join(','), choices);
      return undefined;
    }
    this.#diagnostics.say(
      `The environment variable ${variable} has unknown values, which are ignored: ${quoted(unknown)}. ` +
        `Using ${[...known].join(', ')}. Known values are ${choices.join(', ')}.`,
    );
    return [...known];
  }

  /** A number from 0 to 1. */
  ratio(variable: string): number | undefined {
    return this.#number(
      variable,
      (value) => value >= 0 && value <= 1,
      'must be a number from 0 to 1',
      'Write 0.1 to sample a tenth of the traces, or unset it to sample all.',
    );
  }

  /** A whole number. */
  count(variable: string, min: number, max = MAX_INTEGER): number | undefined {
    return this.#number(
      variable,
      (value) => Number.isInteger(value) && value >= min && value <= max,
      `must be a whole number from ${min} to ${max}`,
      'Correct it, or unset it for the default.',
    );
  }

  /** Whole milliseconds. Zero means no limit and returns the longest delay of Node's timers. */
  timeout(variable: string): number | undefined {
    const millis = this.count(variable, 0);
    return millis === 0 ? MAX_INTEGER : millis;
  }

  /** A URL of `http:` or `https:`. */
  url(variable: string): string | undefined {
    const value = this.text(variable);
    if (value === undefined) return undefined;
    if (isHttpUrl(value)) return value;
    this.#reject(
      variable,
      'must be a URL that begins with http:// or https://',
      withoutSecrets(value),
      'Write the complete URL of the receiver, such as http://localhost:4318.',
    );
    return undefined;
  }

  /** Where an exporter sends to: a URL of `http:` or `https:`, or a socket file as `unix:///run/collector.sock`. */
  endpoint(variable: string): string | undefined {
    const value = this.text(variable);
    if (value === undefined || isTarget(value)) return value;
    this.#reject(
      variable,
      'must be a URL that begins with http://, https:// or unix:///',
      withoutSecrets(value),
      'Write the complete URL of the receiver, such as http://localhost:4318.',
    );
    return undefined;
  }

  /**
   * Reads `key=value,key=value`, percent-encoded as in W3C baggage. Returns an empty object for an unset
   * variable. If one entry cannot be decoded, the whole list is ignored and reported.
   *
   * Spec: `resource/sdk.md`, "Specifying resource information via an environment variable".
   */
  pairs(variable: string): Record<string, string> {
    const list = parsePairList(this.text(variable) ?? '');
    if (list.badEntry === undefined) return list.pairs;
    // The message does not show the entry: values of headers can be secrets.
    this.ignore(
      `The environment variable ${variable} must be a list such as key1=value1,key2=value2, percent-encoded, ` +
        `but entry ${list.badEntry} is not. Write commas, semicolons and percent signs as %2C, %3B and %25.`,
    );
    return {};
  }

  /**
   * Reads `key=value,key=value` as it is, for variables with fixed keys. Unknown keys and invalid values are reported
   * and left out.
   */
  entries<K extends string>(
    variable: string,
    kinds: Readonly<Record<K, EntryKind>>,
  ): Partial<Record<K, string>> {
    const entries: Partial<Record<K, string>> = {};
    for (const item of this.list(variable) ?? []) {
      const separator = item.indexOf('=');
      const key = item.slice(0, Math.max(separator, 0)).trim();
      const value = item.slice(separator + 1).trim();
      if (!Object.hasOwn(kinds, key)) {
        const known = Object.keys(kinds).join(', ');
        this.#ignoreEntry(
          variable,
          `it must be key=value with one of the keys ${known}, but is ${quoted([withoutSecrets(item)])}`,
        );
      } else if (!kinds[key as K].isValid(value)) {
        const { mustHold } = kinds[key as K];
        this.#ignoreEntry(
          variable,
          `${key} ${mustHold}, but is ${quoted([withoutSecrets(value)])}`,
        );
      } else entries[key as K] = value;
    }
    return entries;
  }

  #ignoreEntry(variable: string, trouble: string): void {
    this.#diagnostics.say(
      `The environment variable ${variable} has an entry that is ignored: ${trouble}. Correct it, or remove it for the default.`,
    );
  }

  /** Reports an invalid variable, once, and that the library ignores it. */
  ignore(trouble: string): void {
    if (this.#reported.has(trouble)) return;
    this.#reported.add(trouble);
    this.#diagnostics.say(`${trouble} The variable is ignored.`);
  }

  #number(
    variable: string,
    isValid: (value: number) => boolean,
    mustHold: string,
    remedy: string,
  ): number | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (isValid(value)) return value;
    this.#reject(variable, mustHold, text, remedy);
    return undefined;
  }

  #rejectChoice(variable: string, value: string, choices: readonly string[]): void {
    const mustHold = `must be one of ${choices.join(', ')}`;
    this.#reject(variable, mustHold, value, 'Correct it, or set the option in code.');
  }

  #reject(variable: string, mustHold: string, value: string, remedy: string): void {
    this.ignore(
      `The environment variable ${variable} ${mustHold}, but it is ${quoted([value])}. ${remedy}`,
    );
  }
}

/** A value of an entry in a variable. */
export interface EntryKind {
  readonly isValid: (text: string) => boolean;
  /** In words, after the name of the entry. */
  readonly mustHold: string;
}

/** A URL of `http:` or `https:`. */
export const URL_ENTRY: EntryKind = {
  isValid: isHttpUrl,
  mustHold: 'must be a URL that begins with http:// or https://',
};

/** A number of seconds or milliseconds, above 0, that a timer can wait. */
export const WHOLE_NUMBER_ENTRY: EntryKind = {
  isValid: (text) => isNumberWithin(text, 1, MAX_INTEGER) && Number.isInteger(Number(text)),
  mustHold: `must be a whole number from 1 to ${MAX_INTEGER}`,
};

/** A number from 0 to 1. */
export const RATIO_ENTRY: EntryKind = {
  isValid: (text) => isNumberWithin(text, 0, 1),
  mustHold: 'must be a number from 0 to 1',
};

function isNumberWithin(text: string, min: number, max: number): boolean {
  const value = Number(text);
  return text !== '' && value >= min && value <= max;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function findChoice<T extends string>(value: string, choices: readonly T[]): T | undefined {
  const lowerCase = value.toLowerCase();
  return choices.find((choice) => choice === lowerCase);
}

function quoted(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

/** Removes credentials and the query. An invalid URL can contain a password or an API key. */
function withoutSecrets(address: string): string {
  return address.replace(/[^/]*@/, '***@').replace(/\?.*$/s, '?***');
}
