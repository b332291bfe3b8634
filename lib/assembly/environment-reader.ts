import type { Diagnostics } from '../diagnostics.js';

/** Environment variables, as `process.env` has them. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The largest integer that the specification asks for, and the longest time of Node's timers. */
const MAX_INTEGER = 2 ** 31 - 1;

/**
 * Reads one environment variable at a time, each in one form. Each method returns undefined for a
 * variable that is unset, empty, or has a value that cannot be used; the latter is reported.
 *
 * Spec: `configuration/sdk-environment-variables.md`, "Configuration types".
 */
export class EnvironmentReader {
  readonly #variables: EnvironmentVariables;
  readonly #diagnostics: Diagnostics;

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

  /** Only `true`, in any case, is true. */
  flag(variable: string): boolean {
    const value = this.text(variable)?.toLowerCase();
    if (value !== undefined && value !== 'true' && value !== 'false') {
      this.#reject(variable, 'must be true or false', value, 'Write true or false, or unset it.');
    }
    return value === 'true';
  }

  /** Items between commas; empty ones are left out. */
  list(variable: string): string[] | undefined {
    const items = this.text(variable)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items === undefined || items.length === 0 ? undefined : items;
  }

  /** One of some words, in any case. */
  choice<T extends string>(variable: string, choices: readonly T[]): T | undefined {
    const value = this.text(variable);
    if (value === undefined) return undefined;
    const choice = findChoice(value, choices);
    if (choice === undefined) this.#rejectChoice(variable, value, choices);
    return choice;
  }

  /** Those of some words that a list has, each once, in its order. Unknown words are left out. */
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
      `The environment variable ${variable} has unknown values, which are left out: ${quoted(unknown)}. ` +
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

  /** Whole milliseconds. Zero means no limit, and becomes the longest time that a timer can wait. */
  timeout(variable: string): number | undefined {
    const millis = this.count(variable, 0);
    return millis === 0 ? MAX_INTEGER : millis;
  }

  /** A URL of `http:` or `https:`. */
  url(variable: string): string | undefined {
    const value = this.text(variable);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
    this.#reject(
      variable,
      'must be a URL that begins with http:// or https://',
      withoutSecrets(value),
      'Write the whole address of the receiver, such as http://localhost:4318.',
    );
    return undefined;
  }

  /**
   * `key=value,key=value`, percent-encoded as in W3C baggage; empty where there is none. A list with an
   * entry that cannot be decoded is left out as a whole.
   *
   * Spec: `resource/sdk.md`, "Specifying resource information via an environment variable".
   */
  pairs(variable: string): Record<string, string> {
    const pairs: Record<string, string> = {};
    for (const [index, item] of (this.list(variable) ?? []).entries()) {
      const separator = item.indexOf('=');
      const key = decode(item.slice(0, separator).trim());
      const value = decode(item.slice(separator + 1).trim());
      if (separator < 1 || key === undefined || value === undefined) {
        // Not the entry itself: headers hold secrets.
        this.ignore(
          `The environment variable ${variable} must be a list such as key1=value1,key2=value2, percent-encoded, ` +
            `but its entry ${index + 1} is not. Write commas, semicolons and percent signs in it as %2C, %3B, %25.`,
        );
        return {};
      }
      pairs[key] = value;
    }
    return pairs;
  }

  /** Reports why a variable cannot be used, and what follows. */
  ignore(trouble: string): void {
    this.#diagnostics.say(`${trouble} The variable is ignored, as if it were not set.`);
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
    this.#reject(variable, mustHold, value, 'Correct it, or give the part as an option in code.');
  }

  #reject(variable: string, mustHold: string, value: string, remedy: string): void {
    this.ignore(
      `The environment variable ${variable} ${mustHold}, but it is ${quoted([value])}. ${remedy}`,
    );
  }
}

function findChoice<T extends string>(value: string, choices: readonly T[]): T | undefined {
  const lowerCase = value.toLowerCase();
  return choices.find((choice) => choice === lowerCase);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function quoted(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

/** What is no URL may still hold a password, or a key in a query. */
function withoutSecrets(address: string): string {
  return address.replace(/[^/]*@/, '***@').replace(/\?.*$/s, '?***');
}
