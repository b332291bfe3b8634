import type { InstrumentationScope, ReadableSpan, Resource } from '../../trace/index.js';
import { Slices } from '../slices.js';
import type { EncodedTraces, OpenBody, TraceEncoding } from '../trace-encoding.js';
import { AttributePrefixes } from './attribute-prefixes.js';
import { writeAttribute } from './protobuf-attribute.js';
import { writeSpan } from './protobuf-span.js';
import { ProtobufWriter, WriterPool } from './protobuf-writer.js';

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

const HEAD_CAPACITY_BYTES = 1024;
/** Most batches are 16 KiB to 2 MiB long. */
const BATCH_LENGTH_SIZE = 3;

/** OTLP in the binary form of protobuf. Buffers are used again for later requests. */
export class ProtobufEncoding implements TraceEncoding {
  readonly contentType = 'application/x-protobuf';
  readonly #buffers = new ProtobufBuffers();

  openBody(): OpenBody {
    return new ProtobufBody(this.#buffers);
  }

  async encode(spans: readonly ReadableSpan[]): Promise<EncodedTraces> {
    const body = this.openBody();
    const slices = new Slices();
    for (const span of spans) {
      body.add(span);
      if (slices.isOver()) await slices.turn();
    }
    return body.finish();
  }
}

/** What the requests of one exporter share. */
class ProtobufBuffers {
  readonly sectionWriters = new WriterPool();
  readonly bodyWriters = new WriterPool();
  readonly prefixes = new AttributePrefixes();
  /** Encoded resources and scopes, which precede the spans. */
  readonly #heads = new WeakMap<object, Buffer>();

  writeResource(writer: ProtobufWriter, resource: Resource): void {
    let head = this.#heads.get(resource);
    if (head === undefined) {
      head = encodeResource(resource);
      // A resource of OpenTelemetry may still detect attributes.
      if (resource.asyncAttributesPending !== true) this.#heads.set(resource, head);
    }
    writer.raw(head);
  }

  writeScope(writer: ProtobufWriter, scope: InstrumentationScope): void {
    let head = this.#heads.get(scope);
    if (head === undefined) {
      head = encodeScope(scope);
      this.#heads.set(scope, head);
    }
    writer.raw(head);
  }
}

/** The encoded spans of one scope. */
interface Section {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly writer: ProtobufWriter;
  /** A copy of the bytes, once the writer is given back. */
  sealed: Buffer | undefined;
}

/**
 * An `ExportTraceServiceRequest` that is encoded span by span. A resource and its scopes precede their
 * spans and are written at the end, so the spans of each scope are encoded apart.
 */
class ProtobufBody implements OpenBody {
  // TypeScript's `private`, not `#`: these are read for each span.
  private readonly sections: Section[] = [];
  private lastSection: Section | undefined = undefined;
  private skippedCount = 0;
  private skipCause: unknown = undefined;

  constructor(private readonly buffers: ProtobufBuffers) {}

  add(span: ReadableSpan): number {
    let section: Section | undefined;
    let start = 0;
    try {
      section = this.sectionOf(span.resource, span.instrumentationScope);
      start = section.writer.position;
      writeSpan(section.writer, SCOPE_SPANS_SPAN, span, this.buffers.prefixes);
      return section.writer.position - start;
    } catch (error) {
      if (section !== undefined) section.writer.position = start;
      if (this.skippedCount++ === 0) this.skipCause = error;
      return 0;
    }
  }

  seal(): void {
    for (const section of this.sections) {
      if (section.sealed !== undefined) continue;
      section.sealed = Buffer.from(section.writer.written());
      this.buffers.sectionWriters.give(section.writer);
    }
  }

  finish(): EncodedTraces {
    const { buffers, sections, skippedCount, skipCause } = this;
    const writer = buffers.bodyWriters.take();
    for (const resource of new Set(sections.map((section) => section.resource))) {
      this.writeResourceSpans(writer, resource);
    }
    for (const section of sections) {
      if (section.sealed === undefined) buffers.sectionWriters.give(section.writer);
    }
    return {
      body: writer.written(),
      skippedCount,
      skipCause,
      release: () => buffers.bodyWriters.give(writer),
    };
  }

  private sectionOf(resource: Resource, scope: InstrumentationScope): Section {
    const last = this.lastSection;
    if (last?.scope === scope && last.resource === resource) return last;
    let section = this.sections.find((each) => each.scope === scope && each.resource === resource);
    if (section === undefined) {
      const writer = this.buffers.sectionWriters.take();
      section = { resource, scope, writer, sealed: undefined };
      this.sections.push(section);
    }
    this.lastSection = section;
    return section;
  }

  private writeResourceSpans(writer: ProtobufWriter, resource: Resource): void {
    const start = writer.begin(TRACES_RESOURCE_SPANS, BATCH_LENGTH_SIZE);
    this.buffers.writeResource(writer, resource);
    for (const section of this.sections) {
      if (section.resource === resource) this.writeScopeSpans(writer, section);
    }
    if (resource.schemaUrl) writer.string(RESOURCE_SPANS_SCHEMA_URL, resource.schemaUrl);
    writer.finish(start, BATCH_LENGTH_SIZE);
  }

  private writeScopeSpans(writer: ProtobufWriter, { scope, ...section }: Section): void {
    const start = writer.begin(RESOURCE_SPANS_SCOPE_SPANS, BATCH_LENGTH_SIZE);
    this.buffers.writeScope(writer, scope);
    writer.raw(section.sealed ?? section.writer.written());
    if (scope.schemaUrl) writer.string(SCOPE_SPANS_SCHEMA_URL, scope.schemaUrl);
    writer.finish(start, BATCH_LENGTH_SIZE);
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
