import { toAttributeValue } from './attribute-list.js';
import { describeException, stackOfException } from './exception.js';
import type { LogValue, ReadableLogRecord } from './readable-log-record.js';

/** Attributes as a flat list, like `AttributeList`, with values of log records. */
export type LogAttributeList = (string | LogValue)[];

/** Structures in a structure. Deeper ones are replaced by `[Object]` or `[Array]`. */
const MAX_DEPTH = 8;
/** Values of one log record. What follows is left out, and its number is recorded. */
const MAX_VALUES = 1000;
/** Longer binary data is replaced by its length. */
const MAX_BINARY_BYTES = 1024;

const REST = '…';

/**
 * Copies bodies and attribute values of one log record, so that later changes of the user's objects have no
 * effect, and the objects are not retained. It never throws, and its work is limited for structures of any
 * size: log libraries pass on whatever the application logs.
 */
export class LogValueCopier {
  /** The UTF-16 code units and bytes of the copies, and eight for each element of a structure. */
  length = 0;
  /** Whether a copy is an array of structures, or an object. */
  hasStructures = false;
  #valuesLeft = MAX_VALUES;
  readonly #ancestors: object[] = [];

  /**
   * @param lengthLimit longer strings are cut
   * @returns undefined for a function, a symbol and `undefined`, which no log record can contain
   */
  copy(value: unknown, lengthLimit: number): LogValue {
    switch (typeof value) {
      case 'string':
        return this.#copyText(value, lengthLimit);
      case 'number':
      case 'boolean':
        return value;
      case 'bigint':
        return this.#copyText(String(value), lengthLimit);
      case 'object':
        return value === null ? null : this.#copyObject(value, lengthLimit);
      default:
        return undefined;
    }
  }

  #copyText(text: string, lengthLimit: number): LogValue {
    const kept = toAttributeValue(text, lengthLimit) as string;
    this.length += kept.length;
    return kept;
  }

  #copyObject(value: object, lengthLimit: number): LogValue {
    if (this.#ancestors.includes(value)) return '[Circular]';
    this.#ancestors.push(value);
    try {
      return this.#copyByKind(value, lengthLimit);
    } catch {
      return '[Unreadable]';
    } finally {
      this.#ancestors.pop();
    }
  }

  #copyByKind(value: object, lengthLimit: number): LogValue {
    if (value instanceof Uint8Array) return this.#copyBinary(value);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    const isList = Array.isArray(value) || value instanceof Set;
    if (this.#ancestors.length > MAX_DEPTH) return isList ? '[Array]' : '[Object]';
    if (isList) return this.#copyList(value, lengthLimit);
    if (value instanceof Error) return this.#copyError(value, lengthLimit);
    if (value instanceof Map) return this.#copyEntries(value, value.size, lengthLimit);
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.copy(toJSON.call(value), lengthLimit);
    const keys = Object.keys(value);
    return this.#copyEntries(entriesOf(value, keys), keys.length, lengthLimit);
  }

  #copyBinary(bytes: Uint8Array): LogValue {
    if (bytes.length > MAX_BINARY_BYTES) return `[${bytes.length} bytes]`;
    this.length += bytes.length;
    return new Uint8Array(bytes);
  }

  #copyList(values: readonly unknown[] | Set<unknown>, lengthLimit: number): LogValue[] {
    const count = Array.isArray(values) ? values.length : (values as Set<unknown>).size;
    const copy: LogValue[] = [];
    for (const value of values) {
      if (!this.#takesValue()) {
        copy.push(`${REST} ${count - copy.length} more`);
        break;
      }
      copy.push(this.copy(value, lengthLimit) ?? null);
    }
    return copy;
  }

  /** With the redacted message, where the error has one. */
  #copyError(error: Error, lengthLimit: number): LogValue {
    const { type, message } = describeException(error);
    const entries = Object.entries({ type, message, stack: stackOfException(error) });
    return this.#copyEntries(entries, entries.length, lengthLimit);
  }

  #copyEntries(
    entries: Iterable<[unknown, unknown]>,
    count: number,
    lengthLimit: number,
  ): LogValue {
    this.hasStructures = true;
    // Without a prototype, so that every key is an own one.
    const copy: { [key: string]: LogValue } = Object.create(null);
    let readCount = 0;
    for (const [key, value] of entries) {
      if (!this.#takesValue()) {
        copy[REST] = `${count - readCount} more`;
        break;
      }
      readCount++;
      const name = String(key);
      const kept = this.copy(value, lengthLimit);
      if (kept === undefined) continue;
      this.length += name.length;
      copy[name] = kept;
    }
    return copy;
  }

  #takesValue(): boolean {
    if (this.#valuesLeft === 0) return false;
    this.#valuesLeft--;
    this.length += 8;
    return true;
  }
}

/** Body and attributes of a log record of another library, copied within the limits of {@link LogValueCopier}. */
export function copyLogData({ body, attributes }: ReadableLogRecord): {
  body: LogValue;
  attributeList: LogAttributeList;
  valueLength: number;
} {
  const copier = new LogValueCopier();
  const keptBody = copier.copy(body, Number.POSITIVE_INFINITY);
  const attributeList: LogAttributeList = [];
  for (const key of Object.keys(attributes ?? {})) {
    const kept = copier.copy(readMember(attributes, key), Number.POSITIVE_INFINITY);
    if (kept !== undefined) attributeList.push(key, kept);
  }
  return { body: keptBody, attributeList, valueLength: copier.length };
}

function* entriesOf(value: object, keys: readonly string[]): Generator<[string, unknown]> {
  for (const key of keys) yield [key, readMember(value, key)];
}

/** Never throws. */
export function readMember(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return '[Unreadable]';
  }
}
