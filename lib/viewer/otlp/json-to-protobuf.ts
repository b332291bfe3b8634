import { MAX_VALUE_DEPTH, TOO_DEEP } from './any-value.js';
import { JsonScanner } from './json-scanner.js';
import type { FieldSchema, MessageSchema } from './otlp-schema.js';
import { ProtobufOutput } from './protobuf-output.js';

const ANY_STRING = 1;
const UINT32_LIMIT = 0x1_0000_0000;
const WHOLE_NUMBER = /^-?\d{1,20}$/;
const HEX = /^([0-9a-f]{2})*$/i;
const NO_BYTES = Buffer.alloc(0);

/**
 * Writes a request in OTLP/JSON as protobuf, in one pass and without objects for its values. Several
 * requests may follow each other, separated by white space, as in a file with a request in each line.
 *
 * Members that the schema does not have are skipped. It does not throw.
 * Spec: opentelemetry-proto, `docs/specification.md#json-protobuf-encoding`.
 *
 * @param schema the message of the request
 * @returns undefined for text that is not such JSON
 */
export function jsonToProtobuf(json: Buffer, schema: MessageSchema): Buffer | undefined {
  const scanner = new JsonScanner(json);
  const output = new ProtobufOutput(Math.max(json.length >> 1, 64));
  const writer = new MessageWriter(scanner, output);
  do {
    writer.members(schema, 0);
  } while (!scanner.isBroken && scanner.peek() !== undefined);
  return scanner.isBroken ? undefined : output.written();
}

class MessageWriter {
  readonly #scanner: JsonScanner;
  readonly #output: ProtobufOutput;

  constructor(scanner: JsonScanner, output: ProtobufOutput) {
    this.#scanner = scanner;
    this.#output = output;
  }

  /** Reads an object and writes its members as fields. */
  members(schema: MessageSchema, depth: number): void {
    const scanner = this.#scanner;
    if (!scanner.beginObject()) return;
    for (let isFirst = true; scanner.nextMember(isFirst); isFirst = false) {
      const field = this.#fieldOfKey(schema);
      if (field === undefined) scanner.skip();
      // `null` is how JSON writes a field that is not set.
      else if (!scanner.takeNull()) this.#field(field, depth);
    }
  }

  #fieldOfKey({ fields }: MessageSchema): FieldSchema | undefined {
    const { bytes, start, stop, hasEscapes } = this.#scanner;
    if (hasEscapes) {
      const key = this.#scanner.textValue();
      return fields.find((field) => field.key.toString() === key);
    }
    const length = stop - start;
    next: for (const field of fields) {
      const { key } = field;
      if (key.length !== length) continue;
      for (let i = 0; i < length; i++) {
        if (key[i] !== bytes[start + i]) continue next;
      }
      return field;
    }
    return undefined;
  }

  #field(field: FieldSchema, depth: number): void {
    const scanner = this.#scanner;
    switch (field.kind) {
      case 'message':
        if (field.isNested && depth >= MAX_VALUE_DEPTH) {
          if (scanner.skip()) this.#output.text(ANY_STRING, TOO_DEEP);
        } else {
          this.#message(field, field.isNested ? depth + 1 : depth);
        }
        return;
      case 'list':
        if (!scanner.beginArray()) return;
        for (let isFirst = true; scanner.nextElement(isFirst); isFirst = false) {
          this.#message(field, depth);
        }
        return;
      case 'text':
      case 'hex':
      case 'base64':
        if (scanner.text()) this.#bytes(field);
        return;
      case 'bool': {
        const value = scanner.word();
        if (typeof value === 'boolean') this.#output.uint(field.number, value ? 1 : 0);
        else scanner.break();
        return;
      }
      default: {
        const value = scanner.scalar();
        if (value !== undefined) this.#number(field, value);
      }
    }
  }

  #message(field: FieldSchema, depth: number): void {
    const start = this.#output.begin(field.number);
    // An element that is `null` is an empty message.
    if (!this.#scanner.takeNull()) this.members(field.message as MessageSchema, depth);
    this.#output.finish(start);
  }

  #bytes({ number, kind }: FieldSchema): void {
    const { bytes, start, stop, hasEscapes } = this.#scanner;
    if (kind === 'text') {
      if (!hasEscapes) this.#output.copy(number, bytes, start, stop);
      else this.#output.text(number, this.#scanner.textValue() ?? '');
      return;
    }
    const text = this.#scanner.textValue() ?? '';
    // An id that is not one is given on as no bytes: its span is refused, and not the request.
    if (kind === 'base64') this.#output.copy(number, Buffer.from(text, 'base64'));
    else this.#output.copy(number, HEX.test(text) ? Buffer.from(text, 'hex') : NO_BYTES);
  }

  #number({ number, kind, names }: FieldSchema, text: string): void {
    const output = this.#output;
    if (kind === 'double') {
      const value = Number(text);
      if (Number.isNaN(value) && text !== 'NaN') this.#scanner.break();
      else output.double(number, value);
      return;
    }
    const named = names?.[text];
    if (named !== undefined) {
      output.uint(number, named);
      return;
    }
    const value = wholeNumber(text);
    if (value === undefined) {
      this.#scanner.break();
    } else if (kind === 'int64' || kind === 'fixed64') {
      const low = typeof value === 'number' ? value % UINT32_LIMIT : Number(value & 0xffffffffn);
      const high =
        typeof value === 'number' ? Math.floor(value / UINT32_LIMIT) : Number(value >> 32n);
      if (kind === 'int64') output.int64(number, low, high);
      else output.fixed64(number, low, high);
    } else if (kind === 'fixed32') {
      output.fixed32(number, Number(value));
    } else {
      output.uint(number, value < 0 ? 0 : Math.min(Number(value), UINT32_LIMIT - 1));
    }
  }
}

/** A whole number that is exact; also `1.0` and `1e3`, as some writers of JSON write it. */
function wholeNumber(text: string): number | bigint | undefined {
  const value = Number(text);
  if (Number.isSafeInteger(value) && text.trim() !== '') return value;
  return WHOLE_NUMBER.test(text) ? BigInt.asIntN(64, BigInt(text)) : undefined;
}
