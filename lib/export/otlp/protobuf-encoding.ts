import type { InstrumentationScope, ReadableSpan, Resource } from '../../trace/index.js';
import { Slices } from '../slices.js';
import type { EncodedTraces, TraceBatch, TraceEncoding } from '../trace-encoding.js';
import { AttributePrefixes } from './attribute-prefixes.js';
import { writeAttribute } from './protobuf-attribute.js';
import { ProtobufBatch, type ProtobufBatchSupplies } from './protobuf-batch.js';
import { ProtobufWriter } from './protobuf-writer.js';
import { SpareWriters } from './spare-writers.js';

// opentelemetry-proto v1, `trace/v1/trace.proto`, `resource/v1/resource.proto`,
// `common/v1/common.proto`: field number times eight, plus wire type.
const RESOURCE_SPANS_RESOURCE = 0x0a;
const SCOPE_SPANS_SCOPE = 0x0a;
const RESOURCE_ATTRIBUTE = 0x0a;
const SCOPE_NAME = 0x0a;
const SCOPE_VERSION = 0x12;

const HEAD_CAPACITY_BYTES = 1024;

/** OTLP in the binary form of protobuf. Its buffers are used again and again. */
export class ProtobufEncoding implements TraceEncoding {
  readonly contentType = 'application/x-protobuf';
  /** What stands before the spans, by the resource or scope that it says. */
  readonly #heads = new WeakMap<object, Buffer>();
  readonly #supplies: ProtobufBatchSupplies = {
    sectionWriters: new SpareWriters(),
    bodyWriters: new SpareWriters(),
    prefixes: new AttributePrefixes(),
    writeResource: (writer, resource) =>
      this.#writeHead(writer, resource, () => encodeResource(resource)),
    writeScope: (writer, scope) => this.#writeHead(writer, scope, () => encodeScope(scope)),
  };

  startBatch(): TraceBatch {
    return new ProtobufBatch(this.#supplies);
  }

  async encode(spans: readonly ReadableSpan[]): Promise<EncodedTraces> {
    const batch = this.startBatch();
    const slices = new Slices();
    for (const span of spans) {
      batch.add(span);
      if (slices.isOver()) await slices.turn();
    }
    return batch.finish();
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
    writer.raw(head);
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
