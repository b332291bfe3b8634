const INITIAL_CAPACITY_BYTES = 64 * 1024;
/** Up to this length a loop over the characters is quicker than a call into the runtime. */
const MAX_LOOP_LENGTH = 32;
/** A UTF-16 code unit takes three bytes of UTF-8 at most. */
const MAX_UNIT_BYTES = 3;
const MAX_TAG_AND_LENGTH_BYTES = 8;
/** The longest number of a packed list: a varint of 64 bits. */
const MAX_PACKED_BYTES = 10;
const TWO_TO_16 = 0x1_0000;
const TWO_TO_32 = 0x1_0000_0000;

/** The value of each hexadecimal digit by its character code; 0 for other characters. */
const DIGIT_VALUES = new Uint8Array(128);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  DIGIT_VALUES[digit.charCodeAt(0)] = value;
  DIGIT_VALUES[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Writes protobuf into a buffer that grows and can be used again. Lengths take as few bytes as possible.
 *
 * `tag` is the byte before a field: its number times eight plus its wire type. Encoders may write bytes
 * themselves, after {@link ensure}.
 */
export class ProtobufWriter {
  bytes: Buffer;
  position = 0;
  // The second of the latest time, in nanoseconds: nearly all times of a batch share it.
  #second = 0;
  #secondHigh = 0;
  #secondLow = 0;

  constructor(capacityBytes = INITIAL_CAPACITY_BYTES) {
    this.bytes = Buffer.allocUnsafeSlow(capacityBytes);
  }

  /** Makes room for `byteCount` more bytes. */
  ensure(byteCount: number): void {
    if (this.bytes.length - this.position >= byteCount) return;
    const needed = this.position + byteCount;
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(bytes, 0, 0, this.position);
    this.bytes = bytes;
  }

  /** The written bytes, as a view that is valid until the next write. */
  written(): Buffer {
    return this.bytes.subarray(0, this.position);
  }

  /**
   * Begins a message in a message. Its length precedes it and is known afterwards only, so room for
   * `lengthSize` bytes is left. If the length takes more or fewer bytes, the message is moved.
   *
   * @returns where the message starts, for {@link finish}
   */
  begin(tag: number, lengthSize: number): number {
    this.ensure(MAX_TAG_AND_LENGTH_BYTES);
    this.bytes[this.position] = tag;
    this.position += 1 + lengthSize;
    return this.position;
  }

  /** @param start the result of {@link begin} with the same `lengthSize` */
  finish(start: number, lengthSize: number): void {
    const length = this.position - start;
    const neededSize = varintSize(length);
    if (neededSize !== lengthSize) {
      this.ensure(MAX_TAG_AND_LENGTH_BYTES);
      this.bytes.copyWithin(start - lengthSize + neededSize, start, this.position);
      this.position += neededSize - lengthSize;
    }
    putVarint(this.bytes, start - lengthSize, length);
  }

  /** Bytes that are encoded already. */
  raw(encoded: Uint8Array): void {
    this.ensure(encoded.length);
    this.bytes.set(encoded, this.position);
    this.position += encoded.length;
  }

  /** @param text of any content; half surrogate pairs become U+FFFD */
  string(tag: number, text: string): void {
    const { length } = text;
    this.ensure(length * MAX_UNIT_BYTES + MAX_TAG_AND_LENGTH_BYTES);
    if (length <= MAX_LOOP_LENGTH) {
      const { bytes } = this;
      let position = this.position;
      bytes[position++] = tag;
      bytes[position++] = length;
      let units = 0;
      for (let i = 0; i < length; i++) {
        const unit = text.charCodeAt(i);
        units |= unit;
        bytes[position++] = unit;
      }
      if (units < 0x80) {
        this.position = position;
        return;
      }
    }
    // The length of ASCII text is known, so such text is not moved.
    const lengthSize = varintSize(length);
    const start = this.begin(tag, lengthSize);
    this.position += this.bytes.write(text, start, 'utf8');
    this.finish(start, lengthSize);
  }

  /** @param value a whole number of at most 32 bits, not negative */
  uint32(tag: number, value: number): void {
    this.ensure(MAX_TAG_AND_LENGTH_BYTES);
    this.bytes[this.position] = tag;
    this.position = putVarint(this.bytes, this.position + 1, value);
  }

  /** @param value a whole number that fits into 64 bits; negative ones take ten bytes */
  int64(tag: number, value: number): void {
    this.ensure(12);
    this.bytes[this.position++] = tag;
    this.#putVarint64(value);
  }

  double(tag: number, value: number): void {
    this.ensure(9);
    this.bytes[this.position] = tag;
    this.position = this.bytes.writeDoubleLE(value, this.position + 1);
  }

  /** @param value a whole number that fits into 64 bits; beyond 53 bits as exact as a double is */
  fixed64(tag: number, value: number): void {
    this.ensure(9);
    this.bytes[this.position++] = tag;
    this.#putFixed64(value);
  }

  /** A packed list of numbers. `varint` takes whole numbers from 0 on. */
  packed(tag: number, values: readonly number[], type: 'fixed64' | 'double' | 'varint'): void {
    const start = this.begin(tag, 1);
    this.ensure(values.length * MAX_PACKED_BYTES + MAX_TAG_AND_LENGTH_BYTES);
    for (const value of values) {
      if (type === 'fixed64') this.#putFixed64(value);
      else if (type === 'double') this.position = this.bytes.writeDoubleLE(value, this.position);
      else this.#putVarint64(value);
    }
    this.finish(start, 1);
  }

  /** An id as bytes. @param digits hexadecimal; missing and invalid digits count as zero */
  id(tag: number, digits: string, byteCount: number): void {
    this.ensure(byteCount + 2);
    const { bytes } = this;
    let position = this.position;
    bytes[position++] = tag;
    bytes[position++] = byteCount;
    for (let i = 0; i < byteCount * 2; i += 2) {
      const high = DIGIT_VALUES[digits.charCodeAt(i)] as number;
      bytes[position++] = (high << 4) | (DIGIT_VALUES[digits.charCodeAt(i + 1)] as number);
    }
    this.position = position;
  }

  /**
   * A time as epoch nanoseconds, exact although a double cannot hold so many digits.
   *
   * @param seconds epoch seconds
   * @param nanos of that second; 0 to 4 thousand million
   */
  time(tag: number, seconds: number, nanos: number): void {
    this.ensure(9);
    if (seconds !== this.#second) this.#splitSecond(seconds);
    let high = this.#secondHigh;
    let low = this.#secondLow + nanos;
    if (low >= TWO_TO_32) {
      low -= TWO_TO_32;
      high++;
    }
    low |= 0;
    const { bytes, position } = this;
    bytes[position] = tag;
    bytes[position + 1] = low;
    bytes[position + 2] = low >> 8;
    bytes[position + 3] = low >> 16;
    bytes[position + 4] = low >> 24;
    bytes[position + 5] = high;
    bytes[position + 6] = high >> 8;
    bytes[position + 7] = high >> 16;
    bytes[position + 8] = high >> 24;
    this.position = position + 9;
  }

  /** A time in milliseconds since an origin, exact to the nanosecond as in the API form. */
  millis(tag: number, originEpochMillis: number, millis: number): void {
    const wholeMillis = Math.floor(millis);
    const epochMillis = originEpochMillis + wholeMillis;
    const seconds = Math.floor(epochMillis / 1000);
    const nanos = (epochMillis - seconds * 1000) * 1e6 + Math.round((millis - wholeMillis) * 1e6);
    this.time(tag, seconds, nanos);
  }

  /** A count; nothing for zero, which is the default of the field. */
  count(tag: number, count: number | undefined): void {
    if (count !== undefined && count > 0) this.uint32(tag, count);
  }

  #putVarint64(value: number): void {
    const { bytes } = this;
    let { position } = this;
    let low = value >>> 0;
    let high = Math.floor(value / TWO_TO_32) >>> 0;
    while (high !== 0) {
      bytes[position++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.position = putVarint(bytes, position, low);
  }

  #putFixed64(value: number): void {
    const { bytes, position } = this;
    bytes.writeUInt32LE(value >>> 0, position);
    this.position = bytes.writeUInt32LE(Math.floor(value / TWO_TO_32) >>> 0, position + 4);
  }

  /** The second's nanoseconds as two halves of 32 bits, in steps that stay exact in a double. */
  #splitSecond(seconds: number): void {
    const upperSeconds = Math.floor(seconds / TWO_TO_16);
    const lowerNanos = (seconds - upperSeconds * TWO_TO_16) * 1e9;
    const upperNanos = upperSeconds * 1e9;
    const upperHigh = Math.floor(upperNanos / TWO_TO_16);
    const rest = (upperNanos - upperHigh * TWO_TO_16) * TWO_TO_16 + lowerNanos;
    const restHigh = Math.floor(rest / TWO_TO_32);
    this.#second = seconds;
    this.#secondHigh = upperHigh + restHigh;
    this.#secondLow = rest - restHigh * TWO_TO_32;
  }
}

/** The number of requests that are mostly written or under way at once. Others get writers of their own. */
const MAX_IDLE_WRITERS = 2;
/** One huge batch must not occupy its memory for ever. */
const MAX_IDLE_CAPACITY_BYTES = 2 * 1024 * 1024;

/** Writers that are used again: their buffers have the size of a batch already. */
export class WriterPool {
  readonly #idle: ProtobufWriter[] = [];

  /** An empty writer. */
  take(): ProtobufWriter {
    const writer = this.#idle.pop() ?? new ProtobufWriter();
    writer.position = 0;
    return writer;
  }

  /** Takes back a writer whose bytes nothing reads any more. */
  give(writer: ProtobufWriter): void {
    const hasRoom = this.#idle.length < MAX_IDLE_WRITERS;
    if (hasRoom && writer.bytes.length <= MAX_IDLE_CAPACITY_BYTES) this.#idle.push(writer);
  }
}

const INT64_LIMIT = 2 ** 63;

/**
 * Whether a number is encoded as an integer: a whole number that fits into 64 bits. Doubles of that size
 * are whole numbers exactly, though not every whole number is such a double.
 */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -INT64_LIMIT && value < INT64_LIMIT;
}

/** How many bytes {@link putVarint} takes for `value`. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Writes a whole number of at most 32 bits. @returns the position after it */
export function putVarint(bytes: Buffer, start: number, value: number): number {
  let position = start;
  let rest = value;
  while (rest >= 0x80 || rest < 0) {
    bytes[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[position++] = rest;
  return position;
}
