const INITIAL_CAPACITY_BYTES = 4 * 1024;
const MAX_VARINT_BYTES = 10;
const MAX_UNIT_BYTES = 3;
const LENGTH_DELIMITED = 2;
const FIXED64 = 1;
const FIXED32 = 5;

/** Protobuf that is being written into a buffer that grows. */
export class ProtobufOutput {
  bytes: Buffer;
  position = 0;

  constructor(capacityBytes = INITIAL_CAPACITY_BYTES) {
    this.bytes = Buffer.allocUnsafeSlow(capacityBytes);
  }

  /** The written bytes. The buffer is not used again. */
  written(): Buffer {
    return this.bytes.subarray(0, this.position);
  }

  /** Makes room for `byteCount` bytes. */
  ensure(byteCount: number): void {
    const needed = this.position + byteCount;
    if (needed <= this.bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(bytes, 0, 0, this.position);
    this.bytes = bytes;
  }

  /** Begins a message in a field. @returns where it starts, for {@link finish} */
  begin(field: number): number {
    this.#tag(field, LENGTH_DELIMITED);
    // One byte for the length, which is known at the end.
    this.ensure(1);
    this.position++;
    return this.position;
  }

  /** Writes the length of the message that started at `start`. */
  finish(start: number): void {
    const length = this.position - start;
    const size = varintSize(length);
    if (size > 1) {
      this.ensure(size);
      this.bytes.copyWithin(start - 1 + size, start, this.position);
      this.position += size - 1;
    }
    this.#putVarint(start - 1, length);
  }

  /** A field with a text of any content. */
  text(field: number, text: string): void {
    this.ensure(text.length * MAX_UNIT_BYTES + 2 * MAX_VARINT_BYTES);
    const start = this.begin(field);
    this.position += this.bytes.write(text, start, 'utf8');
    this.finish(start);
  }

  /** A field with the bytes of `source` from `from` up to, not including, `to`. */
  copy(field: number, source: Uint8Array, from = 0, to = source.length): void {
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(to - from);
    this.raw(source, from, to);
  }

  /** Bytes that are fields already. */
  raw(source: Uint8Array, from = 0, to = source.length): void {
    this.ensure(to - from);
    this.bytes.set(
      from === 0 && to === source.length ? source : source.subarray(from, to),
      this.position,
    );
    this.position += to - from;
  }

  /** A field with a whole number from 0 to 2^53. */
  uint(field: number, value: number): void {
    this.#tag(field, 0);
    this.#varint(value);
  }

  /** A field with a number of 64 bits in two halves without signs, as a varint. */
  int64(field: number, low: number, high: number): void {
    this.#tag(field, 0);
    this.ensure(MAX_VARINT_BYTES);
    let lower = low >>> 0;
    let upper = high >>> 0;
    while (upper !== 0 || lower >= 0x80) {
      this.bytes[this.position++] = (lower & 0x7f) | 0x80;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.bytes[this.position++] = lower;
  }

  /** A field with a number of 64 bits in two halves without signs, as eight bytes. */
  fixed64(field: number, low: number, high: number): void {
    this.#tag(field, FIXED64);
    this.ensure(8);
    this.bytes.writeUInt32LE(low >>> 0, this.position);
    this.bytes.writeUInt32LE(high >>> 0, this.position + 4);
    this.position += 8;
  }

  /** A field with a number of 32 bits without a sign, as four bytes. */
  fixed32(field: number, value: number): void {
    this.#tag(field, FIXED32);
    this.ensure(4);
    this.position = this.bytes.writeUInt32LE(value >>> 0, this.position);
  }

  /** A field with a double. */
  double(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.ensure(8);
    this.position = this.bytes.writeDoubleLE(value, this.position);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    this.ensure(MAX_VARINT_BYTES);
    this.position = this.#putVarint(this.position, value);
  }

  #putVarint(start: number, value: number): number {
    let position = start;
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[position++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[position++] = rest;
    return position;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}
