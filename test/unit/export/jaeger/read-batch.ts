import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What is used of the package `thriftrw`, which has no types. */
interface ThriftReader {
  readonly Batch: {
    fromBuffer(bytes: Buffer): object;
    toBuffer(batch: object): Buffer;
  };
}

const { Thrift } = createRequire(import.meta.url)('thriftrw') as {
  Thrift: new (options: { source: string; strict: boolean }) => ThriftReader;
};
const { Batch } = new Thrift({
  source: readFileSync(new URL('./jaeger.thrift', import.meta.url), 'utf8'),
  strict: true,
});

// biome-ignore lint/suspicious/noExplicitAny: tests reach into structs of every type
export type ThriftStruct = { [field: string]: any };

/** What is an `i64` in `jaeger.thrift`; the reader leaves its eight bytes as they are. */
const LONGS = new Set([
  ...['traceIdLow', 'traceIdHigh', 'spanId', 'parentSpanId'],
  ...['startTime', 'duration', 'timestamp', 'vLong'],
]);

/**
 * Reads a batch with a reader that knows nothing of the code that writes it, but `jaeger.thrift`.
 * 64-bit integers are read as bigint, enums as their names; optional fields that are not there are
 * left out.
 *
 * @throws Error for what Jaeger would refuse, and for bytes that its writer would not have written:
 *   fields that are unknown or out of order, texts that are no UTF-8, bytes left over
 */
export function readBatch(bytes: Buffer): ThriftStruct {
  const batch = Batch.fromBuffer(bytes);
  if (!Batch.toBuffer(batch).equals(bytes)) {
    throw new Error('Written again, the batch is not the same bytes');
  }
  return withoutGaps(batch) as ThriftStruct;
}

function withoutGaps(value: unknown, field = ''): unknown {
  if (Buffer.isBuffer(value)) return LONGS.has(field) ? value.readBigInt64BE() : value;
  if (Array.isArray(value)) return value.map((element) => withoutGaps(element));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(fields.map(([name, inner]) => [name, withoutGaps(inner, name)]));
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
