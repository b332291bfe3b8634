const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
const MAX_FIELD_NUMBER = 2 ** 29 - 1;
const TWO_TO_32 = 0x1_0000_0000;

/**
 * Reads the fields of protobuf messages in place: it creates no object for a field and copies no bytes.
 *
 * It does not throw. Bytes that are not a message set {@link isBroken}, and every loop over
 * {@link next} ends.
 *
 * @example
 * while (cursor.next()) {
 *   if (cursor.field !== 1 || !cursor.isMessage) continue;
 *   const outerEnd = cursor.enter();
 *   while (cursor.next()) count++;
 *   cursor.leave(outerEnd);
 * }
 */
export class ProtobufCursor {
  readonly bytes: Buffer;
  position: number;
  end: number;
  /** Whether the bytes are not a message; it stays true. */
  isBroken = false;
  /** The number of the field that {@link next} has read. */
  field = 0;
  /** Whether the field has bytes: a text, bytes or a message, from {@link start} to {@link end}. */
  isMessage = false;
  /** Whether the field is a number of eight bytes, such as a double. */
  isFixed64 = false;
  /** Where the bytes of the field start; they end at {@link stop}. */
  start = 0;
  /** The position after the bytes of the field. */
  stop = 0;
  /** The lower 32 bits of a field that is a number, without a sign. */
  low = 0;
  /** The upper 32 bits of a field that is a number, without a sign. */
  high = 0;

  constructor(bytes: Buffer, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** Begins with another message of the same bytes. */
  reset(position: number, end: number): void {
    this.position = position;
    this.end = end;
    this.isBroken = false;
  }

  /** Reads a field. @returns false at the end of the message, and for broken bytes */
  next(): boolean {
    if (this.isBroken || this.position >= this.end) return false;
    if (!this.#readVarint()) return false;
    const wireType = this.low & 7;
    this.field = this.low >>> 3;
    // Five bits of the high half would be a field number that protobuf does not have.
    if (this.high !== 0 || this.field === 0 || this.field > MAX_FIELD_NUMBER) return this.#break();
    this.isMessage = wireType === LENGTH_DELIMITED;
    this.isFixed64 = wireType === FIXED64;
    switch (wireType) {
      case VARINT:
        return this.#readVarint();
      case LENGTH_DELIMITED: {
        if (!this.#readVarint()) return false;
        const stop = this.position + this.low;
        if (this.high !== 0 || stop > this.end) return this.#break();
        this.start = this.position;
        this.stop = stop;
        this.position = stop;
        return true;
      }
      case FIXED64:
        return this.#readFixed(8);
      case FIXED32:
        return this.#readFixed(4);
      default:
        return this.#break();
    }
  }

  /** Whether the field has the number. For loops in loops: the compiler takes `field` for unchanged there. */
  is(field: number): boolean {
    return this.field === field;
  }

  /** Goes into the message of the field. @returns the end of the outer message, for {@link leave} */
  enter(): number {
    const outerEnd = this.end;
    this.position = this.start;
    this.end = this.stop;
    return outerEnd;
  }

  /** Goes back to the outer message, after the field that was entered. */
  leave(outerEnd: number): void {
    this.position = this.end;
    this.end = outerEnd;
  }

  /** The field's bytes as text. Invalid UTF-8 becomes U+FFFD. */
  text(maxBytes = Number.POSITIVE_INFINITY): string {
    return this.bytes.toString('utf8', this.start, Math.min(this.stop, this.start + maxBytes));
  }

  /** The field's bytes as lower-case hexadecimal digits. */
  hex(): string {
    return this.bytes.toString('hex', this.start, this.stop);
  }

  /** The field's number without a sign; above 2^53 it is rounded. */
  unsigned(): number {
    return this.high * TWO_TO_32 + this.low;
  }

  /** The field's number with a sign: a `bigint` where a double would round it. */
  signed(): number | bigint {
    const value = (this.high | 0) * TWO_TO_32 + this.low;
    if (Number.isSafeInteger(value)) return value;
    return BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(this.low));
  }

  /** The field's eight bytes as a double; 0 for a field that has another type. */
  double(): number {
    return this.isFixed64 ? this.bytes.readDoubleLE(this.start) : 0;
  }

  #break(): false {
    this.isBroken = true;
    return false;
  }

  #readFixed(byteCount: number): boolean {
    const { bytes, position } = this;
    if (position + byteCount > this.end) return this.#break();
    this.start = position;
    this.stop = position + byteCount;
    this.position = this.stop;
    this.low = readUint32(bytes, position);
    this.high = byteCount === 8 ? readUint32(bytes, position + 4) : 0;
    return true;
  }

  #readVarint(): boolean {
    const { bytes, end } = this;
    let { position } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= end) return this.#break();
      const byte = bytes[position++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        this.position = position;
        return true;
      }
    }
    return this.#break();
  }
}

function readUint32(bytes: Buffer, position: number): number {
  return (
    ((bytes[position] as number) |
      ((bytes[position + 1] as number) << 8) |
      ((bytes[position + 2] as number) << 16) |
      ((bytes[position + 3] as number) << 24)) >>>
    0
  );
}
