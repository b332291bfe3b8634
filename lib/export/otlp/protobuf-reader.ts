/** A field of a message with a whole number or bytes; fields of other types are skipped. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Buffer;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
const MAX_VARINT_BYTES = 10;

/**
 * Reads the fields of a protobuf message, as far as the responses of servers need it.
 *
 * @param maxCount more fields are refused
 * @throws RangeError for bytes that are no message
 */
export function readFields(bytes: Buffer, maxCount = Number.POSITIVE_INFINITY): ProtobufField[] {
  const fields: ProtobufField[] = [];
  let position = 0;
  const skip = (count: number): number => {
    const start = position;
    position += count;
    if (position > bytes.length) throw new RangeError('The message ends in the middle of a field');
    return start;
  };
  const readVarint = (): number => {
    let value = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = bytes[skip(1)] as number;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new RangeError('A number is longer than 64 bits');
  };
  for (let count = 0; position < bytes.length; count++) {
    if (count >= maxCount) throw new RangeError(`The message has more than ${maxCount} fields`);
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new RangeError('No field has the number 0');
    switch (tag % 8) {
      case VARINT:
        fields.push({ number, value: readVarint() });
        break;
      case LENGTH_DELIMITED: {
        const length = readVarint();
        const start = skip(length);
        fields.push({ number, value: bytes.subarray(start, position) });
        break;
      }
      case FIXED64:
        skip(8);
        break;
      case FIXED32:
        skip(4);
        break;
      default:
        throw new RangeError(`No field is of the wire type ${tag % 8}`);
    }
  }
  return fields;
}
