/** A field of a message in protobuf's wire format; what its bytes mean is for the schema to say. */
export interface ProtobufField {
  readonly number: number;
  /** What varint and fixed fields hold; 0 in the others. */
  readonly integer: bigint;
  /** What fields with a length hold: a text, bytes or a message. Of fixed fields their bytes. */
  readonly bytes: Buffer;
}

const WireType = { VARINT: 0, FIXED64: 1, LENGTH: 2, FIXED32: 5 } as const;
const NO_BYTES = Buffer.alloc(0);

/**
 * The fields of a message, in the order in which they stand there.
 *
 * Spec: protobuf.dev, "Encoding".
 * @throws Error for bytes that are no message
 */
export function* protobufFields(message: Buffer): Generator<ProtobufField> {
  const reader = new WireReader(message);
  while (!reader.isAtEnd) {
    const tag = Number(reader.varint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case WireType.VARINT:
        yield { number, integer: reader.varint(), bytes: NO_BYTES };
        break;
      case WireType.FIXED64: {
        const bytes = reader.take(8);
        yield { number, integer: bytes.readBigUInt64LE(), bytes };
        break;
      }
      case WireType.LENGTH:
        yield { number, integer: 0n, bytes: reader.take(Number(reader.varint())) };
        break;
      case WireType.FIXED32: {
        const bytes = reader.take(4);
        yield { number, integer: BigInt(bytes.readUInt32LE()), bytes };
        break;
      }
      default:
        throw new Error(`Wire type ${tag & 7} of field ${number} is none that is in use`);
    }
  }
}

class WireReader {
  readonly #message: Buffer;
  #position = 0;

  constructor(message: Buffer) {
    this.#message = message;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#message.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#message.readUInt8(this.#position++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  take(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#message.length) throw new Error('The message ends inside a field');
    const bytes = this.#message.subarray(this.#position, end);
    this.#position = end;
    return bytes;
  }
}
