import type { Attributes } from '@opentelemetry/api';
import { isInt64 } from '../otlp/protobuf-writer.js';
import type { ThriftWriter } from './thrift-writer.js';

// `jaeger.thrift`, struct Tag and enum TagType.
const TAG_KEY = 1;
const TAG_TYPE = 2;
const TAG_STRING = 3;
const TAG_DOUBLE = 4;
const TAG_BOOL = 5;
const TAG_LONG = 6;
const TYPE_STRING = 0;
const TYPE_DOUBLE = 1;
const TYPE_BOOL = 2;
const TYPE_LONG = 3;

/** Writes the tags of one list, and counts them. */
export class ThriftTags {
  #count = 0;
  readonly #start: number;

  /** @param fieldId the field of the enclosing struct that holds the list */
  constructor(
    private readonly writer: ThriftWriter,
    fieldId: number,
  ) {
    this.#start = writer.beginStructList(fieldId);
  }

  /** Adds a tag of the value's type: a list as JSON text, and no tag for a value of another type. */
  add(key: string, value: unknown): void {
    const { writer } = this;
    const { position } = writer;
    writer.stringField(TAG_KEY, key);
    if (!writeValue(writer, value)) {
      writer.position = position;
      return;
    }
    writer.stop();
    this.#count++;
  }

  /** @param isLeftOut true for keys that do not become tags */
  addAll(
    attributes: Readonly<Attributes> | undefined,
    isLeftOut: (key: string) => boolean = () => false,
  ): void {
    if (attributes === undefined) return;
    for (const key of Object.keys(attributes)) {
      if (!isLeftOut(key)) this.add(key, attributes[key]);
    }
  }

  /** Adds a tag for a count above 0. */
  addCount(key: string, count: number | undefined): void {
    if (count !== undefined && count > 0) this.add(key, count);
  }

  end(): void {
    this.writer.endList(this.#start, this.#count);
  }
}

/** @returns false for a value that is not an attribute value */
function writeValue(writer: ThriftWriter, value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return writeString(writer, value);
    case 'boolean':
      writer.i32Field(TAG_TYPE, TYPE_BOOL);
      writer.boolField(TAG_BOOL, value);
      return true;
    case 'number':
      if (isInt64(value)) {
        writer.i32Field(TAG_TYPE, TYPE_LONG);
        writer.i64Field(TAG_LONG, value);
      } else {
        writer.i32Field(TAG_TYPE, TYPE_DOUBLE);
        writer.doubleField(TAG_DOUBLE, value);
      }
      return true;
    default:
      return Array.isArray(value) && writeString(writer, JSON.stringify(value));
  }
}

function writeString(writer: ThriftWriter, text: string): true {
  writer.i32Field(TAG_TYPE, TYPE_STRING);
  writer.stringField(TAG_STRING, text);
  return true;
}
