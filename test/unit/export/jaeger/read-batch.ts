/**
 * A strict reader of Thrift's binary protocol that is driven by the structs of `jaeger.thrift`, and
 * knows nothing of the code that writes them. What Jaeger's generated reader would refuse throws:
 * a field of another type, a required field that is missing, an enum out of range, bytes left over.
 */
export function readBatch(bytes: Buffer): ThriftStruct {
  const reader = new Reader(bytes);
  const batch = reader.struct('Batch');
  if (!reader.isAtEnd) throw new Error(`${reader.restCount} bytes are left over`);
  return batch;
}

// biome-ignore lint/suspicious/noExplicitAny: tests reach into structs of every type
export type ThriftStruct = { [field: string]: any };

/** `name type`, by number; one that is optional ends in `?`. 64-bit integers are read as bigint. */
const STRUCTS: Record<string, Record<number, string>> = {
  Tag: {
    1: 'key string',
    2: 'vType TagType',
    3: 'vStr string?',
    4: 'vDouble double?',
    5: 'vBool bool?',
    6: 'vLong i64?',
    7: 'vBinary binary?',
  },
  Log: { 1: 'timestamp i64', 2: 'fields list<Tag>' },
  SpanRef: { 1: 'refType SpanRefType', 2: 'traceIdLow i64', 3: 'traceIdHigh i64', 4: 'spanId i64' },
  Span: {
    1: 'traceIdLow i64',
    2: 'traceIdHigh i64',
    3: 'spanId i64',
    4: 'parentSpanId i64',
    5: 'operationName string',
    6: 'references list<SpanRef>?',
    7: 'flags i32',
    8: 'startTime i64',
    9: 'duration i64',
    10: 'tags list<Tag>?',
    11: 'logs list<Log>?',
    12: 'incomplete bool?',
  },
  Process: { 1: 'serviceName string', 2: 'tags list<Tag>?' },
  Batch: { 1: 'process Process', 2: 'spans list<Span>' },
};

const ENUMS: Record<string, readonly string[]> = {
  TagType: ['STRING', 'DOUBLE', 'BOOL', 'LONG', 'BINARY'],
  SpanRefType: ['CHILD_OF', 'FOLLOWS_FROM'],
};

const WIRE_TYPES: Record<string, number> = { bool: 2, double: 4, i32: 8, i64: 10, string: 11 };

function wireTypeOf(type: string): number {
  if (type.startsWith('list<')) return 15;
  if (type in ENUMS) return 8;
  return type in STRUCTS ? 12 : (WIRE_TYPES[type === 'binary' ? 'string' : type] as number);
}

class Reader {
  #position = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#position === this.bytes.length;
  }

  get restCount(): number {
    return this.bytes.length - this.#position;
  }

  struct(name: string): ThriftStruct {
    const fields = STRUCTS[name] ?? {};
    const struct: ThriftStruct = {};
    for (;;) {
      const wireType = this.#take(1).readUInt8();
      if (wireType === 0) break;
      const id = this.#take(2).readInt16BE();
      const [field, type] = fields[id]?.replace('?', '').split(' ') ?? [];
      if (field === undefined || type === undefined) throw new Error(`${name} has no field ${id}`);
      if (wireType !== wireTypeOf(type)) throw new Error(`${name}.${field} has type ${wireType}`);
      if (field in struct) throw new Error(`${name}.${field} is there twice`);
      struct[field] = this.#value(type);
    }
    for (const description of Object.values(fields)) {
      const [field = ''] = description.split(' ');
      if (!description.endsWith('?') && !(field in struct)) {
        throw new Error(`${name}.${field} is required`);
      }
    }
    return struct;
  }

  #value(type: string): unknown {
    if (type.startsWith('list<')) return this.#list(type.slice(5, -1));
    if (type in STRUCTS) return this.struct(type);
    const names = ENUMS[type];
    if (names !== undefined) return this.#enum(type, names);
    if (type === 'bool') return this.#take(1).readUInt8() === 1;
    if (type === 'double') return this.#take(8).readDoubleBE();
    if (type === 'i32') return this.#take(4).readInt32BE();
    if (type === 'i64') return this.#take(8).readBigInt64BE();
    const bytes = this.#take(this.#take(4).readInt32BE());
    // Fails for what is no UTF-8.
    return type === 'binary' ? bytes : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  }

  #list(type: string): unknown[] {
    const wireType = this.#take(1).readUInt8();
    if (wireType !== wireTypeOf(type)) throw new Error(`A list of ${type} has type ${wireType}`);
    const length = this.#take(4).readInt32BE();
    return Array.from({ length }, () => this.#value(type));
  }

  #enum(type: string, names: readonly string[]): string {
    const number = this.#take(4).readInt32BE();
    const name = names[number];
    if (name === undefined) throw new Error(`${type} has no ${number}`);
    return name;
  }

  #take(length: number): Buffer {
    const end = this.#position + length;
    if (length < 0 || end > this.bytes.length)
      throw new Error(`It breaks off at ${this.#position}`);
    const taken = this.bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }
}

/** The tags of a list as one object, each of the value that its type says. */
export function valuesOf(tags: ThriftStruct[] = []): Record<string, unknown> {
  const fields = {
    STRING: 'vStr',
    DOUBLE: 'vDouble',
    BOOL: 'vBool',
    LONG: 'vLong',
    BINARY: 'vBinary',
  };
  return Object.fromEntries(
    tags.map((tag) => {
      const field = fields[tag.vType as keyof typeof fields];
      if (Object.keys(tag).length !== 3 || !(field in tag)) {
        throw new Error(`The tag ${tag.key} does not hold what its type says`);
      }
      return [tag.key as string, tag[field]];
    }),
  );
}
