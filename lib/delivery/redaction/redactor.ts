import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { checkOption } from '../../option-checks.js';
import { SecretKeys } from '../../secret-keys.js';
import type { AttributeList, LogRecord, LogValue, RecordingSpan } from '../../trace/index.js';

/** Which attribute values are replaced, beside those that are secret in every service. */
export interface RedactionOptions {
  /**
   * More words that make an attribute secret when its key contains them, such as `iban` or
   * `card number`. Case and the way words are joined do not matter. @default []
   */
  readonly keys?: readonly string[];
  /** Whole keys whose values are kept although a word in them is secret, such as `auth.token.kind`. @default [] */
  readonly except?: readonly string[];
  /** The text that replaces a secret value. @default 'REDACTED' */
  readonly replacement?: string;
}

/** A power of two. */
const HARMLESS_LISTS = 64;
/** Keys and values. Keys beyond that are looked up each time. */
const MAX_HARMLESS_LENGTH = 64;

const NAMES = ['keys', 'except', 'replacement'];

/**
 * Replaces the values of secret attributes: strings and numbers, also inside arrays, which keep their
 * length. Booleans are kept, because they reveal no secret.
 */
export class Redactor {
  readonly #secretKeys: SecretKeys;
  /**
   * For each length of a list, the keys of the latest such list that are not secret. Spans of one kind
   * follow each other, with the same keys in the same places, so most keys need no look-up.
   */
  private readonly harmlessLists = Array.from({ length: HARMLESS_LISTS }, () =>
    new Array<string>(MAX_HARMLESS_LENGTH).fill(''),
  );
  readonly #replacement: string;

  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: RedactionOptions = {}) {
    checkOptions(options);
    this.#secretKeys = new SecretKeys(options.keys, options.except);
    this.#replacement = options.replacement ?? 'REDACTED';
  }

  /** Redacts the attributes of a span, its events and its links, in place. */
  redactSpan({ attributeList, eventList, linkList }: RecordingSpan): void {
    if (attributeList !== undefined) this.#redactList(attributeList);
    if (eventList !== undefined) {
      for (const event of eventList) {
        if (event.attributeList !== undefined) this.#redactList(event.attributeList);
      }
    }
    if (linkList !== undefined) {
      for (const link of linkList) {
        if (link.attributeList !== undefined) this.#redactList(link.attributeList);
      }
    }
  }

  /**
   * Redacts the attributes of a log record, and the members of structures in its attributes and its body, in
   * place. All strings and numbers below a secret key are replaced.
   */
  redactLogRecord(record: LogRecord): void {
    const list = record.attributeList;
    this.#redactList(list as AttributeList);
    if (!record.hasStructures) return;
    for (let i = 0; i < list.length; i += 2) {
      const isSecret = this.#secretKeys.has(list[i] as string);
      list[i + 1] = this.#redactStructure(list[i + 1], isSecret);
    }
    record.body = this.#redactStructure(record.body, false);
  }

  /** A redacted copy of attributes. */
  redactAttributes(attributes: Attributes): Attributes {
    const entries = Object.entries(attributes).map(([key, value]) => [
      key,
      this.#secretKeys.has(key) ? this.#redacted(value) : value,
    ]);
    return Object.fromEntries(entries) as Attributes;
  }

  #redactList(list: AttributeList): void {
    const { length } = list;
    const harmless = this.harmlessLists[length & (HARMLESS_LISTS - 1)] as string[];
    for (let i = 0; i < length; i += 2) {
      const key = list[i] as string;
      if (harmless[i] === key) continue;
      if (this.#secretKeys.has(key)) list[i + 1] = this.#redacted(list[i + 1]) as AttributeValue;
      else if (i < MAX_HARMLESS_LENGTH) harmless[i] = key;
    }
  }

  /** @param isSecret whether the value is below a secret key */
  #redactStructure(value: LogValue, isSecret: boolean): LogValue {
    if (typeof value !== 'object' || value === null) {
      const isShown = typeof value === 'boolean' || value === null || value === undefined;
      return isSecret && !isShown ? this.#replacement : value;
    }
    if (value instanceof Uint8Array) return isSecret ? this.#replacement : value;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) value[i] = this.#redactStructure(value[i], isSecret);
      return value;
    }
    for (const key of Object.keys(value)) {
      const isSecretMember = isSecret || this.#secretKeys.has(key);
      value[key] = this.#redactStructure(value[key], isSecretMember);
    }
    return value;
  }

  #redacted(value: unknown): unknown {
    if (typeof value === 'string' || typeof value === 'number') return this.#replacement;
    if (!Array.isArray(value) || value.some((element) => typeof element === 'boolean'))
      return value;
    return value.map((element) => (element === null ? null : this.#replacement));
  }
}

function checkOptions(options: RedactionOptions): void {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  const unknown = isObject ? Object.keys(options).find((name) => !NAMES.includes(name)) : undefined;
  checkOption(
    isObject && unknown === undefined,
    'redaction',
    `must be true, false, or an object with ${NAMES.join(', ')}`,
    unknown ?? options,
    'Leave it out for the default: values of secret keys are replaced.',
  );
  checkOption(
    options.replacement === undefined || typeof options.replacement === 'string',
    'redaction.replacement',
    'must be a string',
    options.replacement,
    "Leave it out for the default, 'REDACTED'.",
  );
}
