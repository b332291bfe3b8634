import type { InstrumentationScope, ReadableSpan, Resource } from '../../trace/index.js';
import { Slices } from '../slices.js';
import type { EncodedTraces, TraceEncoding } from '../trace-encoding.js';
import { groupSpans } from './group-spans.js';
import { writeAttribute } from './protobuf-attribute.js';
import { writeSpan } from './protobuf-span.js';
import { ProtobufWriter } from './protobuf-writer.js';

// opentelemetry-proto v1, `trace/v1/trace.proto`, `resource/v1/resource.proto`,
// `common/v1/common.proto`: field number times eight, plus wire type.
const TRACES_RESOURCE_SPANS = 0x0a;
const RESOURCE_SPANS_RESOURCE = 0x0a;
const RESOURCE_SPANS_SCOPE_SPANS = 0x12;
const RESOURCE_SPANS_SCHEMA_URL = 0x1a;
const SCOPE_SPANS_SCOPE = 0x0a;
const SCOPE_SPANS_SPAN = 0x12;
const SCOPE_SPANS_SCHEMA_URL = 0x1a;
const RESOURCE_ATTRIBUTE = 0x0a;
const SCOPE_NAME = 0x0a;
const SCOPE_VERSION = 0x12;

/** A batch is 16 KiB to 2 MiB long, mostly. */
const BATCH_LENGTH_SIZE = 3;
const HEAD_CAPACITY_BYTES = 1024;
/** One for the export under way, one for that which begins when it was given up. */
const MAX_SPARE_WRITERS = 2;
/** One huge batch must not hold on to its memory for ever. */
const MAX_SPARE_CAPACITY_BYTES = 4 * 1024 * 1024;

/** OTLP in the binary form of protobuf. Its buffers are used again and again. */
export class ProtobufEncoding implements TraceEncoding {
  readonly contentType = 'application/x-protobuf';
  readonly #spareWriters: ProtobufWriter[] = [];
  /** What stands before the spans, by the resource or scope that it says. */
  readonly #heads = new WeakMap<object, Buffer>();

  async encode(spans: readonly ReadableSpan[]): Promise<EncodedTraces> {
    const writer = this.#spareWriters.pop() ?? new ProtobufWriter();
    writer.position = 0;
    const slices = new Slices();
    let skippedCount = 0;
    let skipCause: unknown;
    for (const { resource, scopes } of groupSpans(spans)) {
      const resourceStart = writer.begin(TRACES_RESOURCE_SPANS, BATCH_LENGTH_SIZE);
      this.#writeHead(writer, resource, () => encodeResource(resource));
      for (const { scope, spans: spansOfScope } of scopes) {
        const scopeStart = writer.begin(RESOURCE_SPANS_SCOPE_SPANS, BATCH_LENGTH_SIZE);
        this.#writeHead(writer, scope, () => encodeScope(scope));
        for (const span of spansOfScope) {
          const { position } = writer;
          try {
            writeSpan(writer, SCOPE_SPANS_SPAN, span);
          } catch (error) {
            writer.position = position;
            skipCause = skippedCount++ === 0 ? error : skipCause;
          }
          if (slices.isOver()) await slices.turn();
        }
        if (scope.schemaUrl) writer.string(SCOPE_SPANS_SCHEMA_URL, scope.schemaUrl);
        writer.finish(scopeStart, BATCH_LENGTH_SIZE);
      }
      if (resource.schemaUrl) writer.string(RESOURCE_SPANS_SCHEMA_URL, resource.schemaUrl);
      writer.finish(resourceStart, BATCH_LENGTH_SIZE);
    }
    return {
      body: writer.written(),
      skippedCount,
      skipCause,
      release: () => this.#release(writer),
    };
  }

  #writeHead(
    writer: ProtobufWriter,
    of: Resource | InstrumentationScope,
    encode: () => Buffer,
  ): void {
    let head = this.#heads.get(of);
    if (head === undefined) {
      head = encode();
      // A resource of OpenTelemetry may still be finding out about itself.
      if ((of as Partial<Resource>).asyncAttributesPending !== true) this.#heads.set(of, head);
    }
    writer.ensure(head.length);
    head.copy(writer.bytes, writer.position);
    writer.position += head.length;
  }

  #release(writer: ProtobufWriter): void {
    const isSpare = this.#spareWriters.length < MAX_SPARE_WRITERS;
    if (isSpare && writer.bytes.length <= MAX_SPARE_CAPACITY_BYTES) this.#spareWriters.push(writer);
  }
}

function encodeResource(resource: Resource): Buffer {
  const writer = new ProtobufWriter(HEAD_CAPACITY_BYTES);
  const start = writer.begin(RESOURCE_SPANS_RESOURCE, 1);
  for (const [key, value] of Object.entries(resource.attributes)) {
    writeAttribute(writer, RESOURCE_ATTRIBUTE, key, value);
  }
  writer.finish(start, 1);
  return writer.written();
}

function encodeScope({ name, version }: InstrumentationScope): Buffer {
  const writer = new ProtobufWriter(HEAD_CAPACITY_BYTES);
  const start = writer.begin(SCOPE_SPANS_SCOPE, 1);
  writer.string(SCOPE_NAME, name);
  if (version) writer.string(SCOPE_VERSION, version);
  writer.finish(start, 1);
  return writer.written();
}
