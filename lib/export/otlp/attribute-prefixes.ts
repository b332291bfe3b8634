import type { AttributeList } from '../../trace/index.js';
import { writeList } from './protobuf-attribute.js';
import type { ProtobufWriter } from './protobuf-writer.js';

/** How many span names are remembered; one more name clears them all. */
const MAX_PREFIX_NAMES = 256;
/** Keys and values. Fewer are encoded as quickly as they are compared. */
const MIN_PREFIX_LENGTH = 4;
const MAX_PREFIX_LENGTH = 64;
const MAX_PREFIX_BYTES = 4096;
/** Spans after which the prefix of a name is learned anew, because the common attributes may change. */
const RELEARN_AFTER_SPANS = 4096;
/** Spans without the prefix after which it is no longer compared, until it is learned anew. */
const MAX_PREFIX_MISSES = 16;

/** Leading attributes shared by spans of one name. */
class Prefix {
  /** Keys and values; empty while none are learned. */
  list: AttributeList = [];
  /** The encoded keys and values. */
  bytes = new Uint8Array(0);
  spanCount = 0;
  missCount = 0;
}

/**
 * Writes the attributes of spans. Spans of one name mostly share their leading attributes: the method,
 * the server, the system. The encoded bytes of these are kept and copied. To compare and copy eight
 * attributes takes a quarter of the time that it takes to encode them.
 */
export class AttributePrefixes {
  readonly #prefixes = new Map<string, Prefix>();

  /**
   * @param tag the byte before the field, the same in all calls
   * @param name of the span
   */
  write(writer: ProtobufWriter, tag: number, name: string, list: AttributeList): void {
    if (list.length < MIN_PREFIX_LENGTH) {
      writeList(writer, tag, list, 0);
      return;
    }
    const prefix = this.#prefixOf(name);
    const { length } = prefix.list;
    // Nothing is learned from the first span: some applications use each name only once.
    if (++prefix.spanCount === 2) {
      learn(prefix, writer, tag, list, Math.min(list.length, MAX_PREFIX_LENGTH));
      return;
    }
    const common = commonLength(prefix.list, list);
    if (common === length) {
      if (length > 0) writer.raw(prefix.bytes);
      writeList(writer, tag, list, length);
    } else if (common >= MIN_PREFIX_LENGTH) {
      learn(prefix, writer, tag, list, common);
    } else {
      if (++prefix.missCount >= MAX_PREFIX_MISSES) prefix.list = [];
      writeList(writer, tag, list, 0);
    }
  }

  #prefixOf(name: string): Prefix {
    let prefix = this.#prefixes.get(name);
    if (prefix === undefined || prefix.spanCount >= RELEARN_AFTER_SPANS) {
      if (this.#prefixes.size >= MAX_PREFIX_NAMES) this.#prefixes.clear();
      prefix = new Prefix();
      this.#prefixes.set(name, prefix);
    }
    return prefix;
  }
}

/** Writes a list, and keeps the encoded form of its first `length` keys and values. */
function learn(
  prefix: Prefix,
  writer: ProtobufWriter,
  tag: number,
  list: AttributeList,
  length: number,
): void {
  const start = writer.position;
  const known = list.slice(0, length);
  writeList(writer, tag, known, 0);
  if (writer.position - start <= MAX_PREFIX_BYTES) {
    prefix.list = known;
    prefix.bytes = new Uint8Array(writer.bytes.subarray(start, writer.position));
  }
  writeList(writer, tag, list, length);
}

/** How many leading keys and values are the same. */
function commonLength(known: AttributeList, list: AttributeList): number {
  for (let i = 0; i < known.length; i += 2) {
    if (known[i] !== list[i] || known[i + 1] !== list[i + 1]) return i;
  }
  return known.length;
}
