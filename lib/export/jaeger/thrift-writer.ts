/** The types of Thrift's binary protocol that Jaeger's messages need. */
export const ThriftType = {
  BOOL: 2,
  DOUBLE: 4,
  I32: 8,
  I64: 10,
  STRING: 11,
  STRUCT: 12,
  LIST: 15,
} as const;

const STOP = 0;
const INITIAL_CAPACITY_BYTES = 16 * 1024;
const TWO_TO_THE_32 = 2 ** 32;

/**
 * Writes Thrift's binary protocol into one growing buffer. A struct is a list of fields, each with type and
 * number, and a stop. Spec: Apache Thrift, `doc/specs/thrift-binary-protocol.md`.
 */
export class ThriftWriter {
  #bytes: Buffer;
  /** The position of the next byte. May be set back to discard what was written since. */
  position = 0;

  constructor(capacityBytes = INITIAL_CAPACITY_BYTES) {
    this.#bytes = Buffer.allocUnsafe(capacityBytes);
  }

  /** The written bytes, as a view. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.position);
  }

  boolField(id: number, value: boolean): void {
    this.#field(ThriftType.BOOL, id, 1);
    this.#bytes[this.position++] = value ? 1 : 0;
  }

  doubleField(id: number, value: number): void {
    this.#field(ThriftType.DOUBLE, id, 8);
    this.position = this.#bytes.writeDoubleBE(value, this.position);
  }

  i32Field(id: number, value: number): void {
    this.#field(ThriftType.I32, id, 4);
    this.position = this.#bytes.writeInt32BE(value, this.position);
  }

  /** @param value a whole number from -2^63 up to, not including, 2^63 */
  i64Field(id: number, value: number): void {
    this.#field(ThriftType.I64, id, 8);
    const high = Math.floor(value / TWO_TO_THE_32);
    this.position = this.#bytes.writeInt32BE(high, this.position);
    this.position = this.#bytes.writeUInt32BE(value - high * TWO_TO_THE_32, this.position);
  }

  /**
   * A 64-bit integer given as the 16 hexadecimal digits of its bytes, the highest first.
   *
   * @throws TypeError for any other text
   */
  i64HexField(id: number, digits: string): void {
    this.#field(ThriftType.I64, id, 8);
    const isWritten = this.#bytes.write(digits, this.position, 8, 'hex') === 8;
    if (!isWritten || digits.length !== 16) throw new TypeError(`'${digits}' is no id`);
    this.position += 8;
  }

  stringField(id: number, text: string): void {
    const length = Buffer.byteLength(text);
    this.#field(ThriftType.STRING, id, 4 + length);
    this.position = this.#bytes.writeInt32BE(length, this.position);
    this.position += this.#bytes.write(text, this.position, length, 'utf8');
  }

  /** Begins a struct that is a field; the fields follow, and {@link stop}. */
  structField(id: number): void {
    this.#field(ThriftType.STRUCT, id, 0);
  }

  /**
   * Begins a list of structs; their fields follow, and a {@link stop} after each.
   *
   * @returns where the list begins, for {@link endList}
   */
  beginStructList(id: number): number {
    this.#field(ThriftType.LIST, id, 5);
    this.#bytes[this.position] = ThriftType.STRUCT;
    this.position += 5;
    return this.position;
  }

  /** Ends a list, with the number of the structs in it. */
  endList(start: number, count: number): void {
    this.#bytes.writeInt32BE(count, start - 4);
  }

  /** Ends a struct. */
  stop(): void {
    this.#ensure(1);
    this.#bytes[this.position++] = STOP;
  }

  /** Writes the head of a field, and makes room for its value. */
  #field(type: number, id: number, valueLength: number): void {
    this.#ensure(3 + valueLength);
    this.#bytes[this.position++] = type;
    this.position = this.#bytes.writeInt16BE(id, this.position);
  }

  #ensure(byteCount: number): void {
    const needed = this.position + byteCount;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.position);
    this.#bytes = grown;
  }
}
