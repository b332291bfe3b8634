import type { InstrumentationScope, ReadableSpan, Resource } from '../../trace/index.js';
import type { EncodedTraces, OpenBody, TraceEncoding } from '../trace-encoding.js';
import { writeAttribute } from './protobuf-attribute.js';
import { AttributePrefixes, writeSpan } from './protobuf-span.js';
import { ProtobufWriter, WriterPool } from './protobuf-writer.js';
import { nameOfFirstSpan, splitRequest } from './split-request.js';

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
/** Most requests are 16 KiB to 1 MiB long. */
const BATCH_LENGTH_SIZE = 3;
const MAX_TAG_AND_LENGTH_BYTES = 6;

/** OTLP in the binary form of protobuf. Buffers are used again for later requests. */
export class ProtobufEncoding implements TraceEncoding {
  readonly contentType = 'application/x-protobuf';
  readonly encodesEndingSpans = true;
  readonly #buffers = new ProtobufBuffers();

  openBody(maxBytes: number): OpenBody {
    return new ProtobufBody(this.#buffers, maxBytes);
  }
}

/** Buffers and encoded parts that the requests of one exporter share. */
class ProtobufBuffers {
  readonly sectionWriters = new WriterPool();
  readonly bodyWriters = new WriterPool();
  readonly prefixes = new AttributePrefixes();
  /** Encoded resources and scopes, which precede the spans. */
  readonly #heads = new WeakMap<object, Buffer>();

  headOfResource(resource: Resource): Buffer {
    let head = this.#heads.get(resource);
    if (head === undefined) {
      head = encodeResource(resource);
      // A resource of OpenTelemetry may still detect attributes.
      if (resource.asyncAttributesPending !== true) this.#heads.set(resource, head);
    }
    return head;
  }

  headOfScope(scope: InstrumentationScope): Buffer {
    let head = this.#heads.get(scope);
    if (head === undefined) {
      head = encodeScope(scope);
      this.#heads.set(scope, head);
    }
    return head;
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
  spanCount = 0;
  skippedCount = 0;
  skipCause: unknown = undefined;
  // TypeScript's `private`, not `#`: these are read for each span.
  private readonly sections: Section[] = [];
  private lastSection: Section | undefined = undefined;
  private byteCount = 0;

  constructor(
    private readonly buffers: ProtobufBuffers,
    private readonly maxBytes: number,
  ) {}

  add(span: ReadableSpan): number | 'full' {
    let section: Section | undefined;
    let start = 0;
    try {
      section = this.sectionOf(span.resource, span.instrumentationScope);
      start = section.writer.position;
      writeSpan(section.writer, SCOPE_SPANS_SPAN, span, this.buffers.prefixes);
    } catch (error) {
      if (section !== undefined) section.writer.position = start;
      if (this.skippedCount++ === 0) this.skipCause = error;
      return 0;
    }
    const bytes = section.writer.position - start;
    if (this.byteCount + bytes > this.maxBytes && this.spanCount > 0) {
      section.writer.position = start;
      return 'full';
    }
    this.byteCount += bytes;
    this.spanCount++;
    return bytes;
  }

  seal(): void {
    for (const section of this.sections) {
      if (section.sealed !== undefined) continue;
      section.sealed = Buffer.from(section.writer.written());
      this.buffers.sectionWriters.give(section.writer);
    }
  }

  finish(): EncodedTraces {
    const { buffers, sections, spanCount } = this;
    const writer = buffers.bodyWriters.take();
    for (const resource of new Set(sections.map((section) => section.resource))) {
      this.writeResourceSpans(writer, resource);
    }
    for (const section of sections) {
      if (section.sealed === undefined) buffers.sectionWriters.give(section.writer);
    }
    return encoded(writer.written(), spanCount, () => buffers.bodyWriters.give(writer));
  }

  private sectionOf(resource: Resource, scope: InstrumentationScope): Section {
    const last = this.lastSection;
    if (last?.scope === scope && last.resource === resource) return last;
    let section = this.sections.find((each) => each.scope === scope && each.resource === resource);
    section ??= this.openSection(resource, scope);
    this.lastSection = section;
    return section;
  }

  private openSection(resource: Resource, scope: InstrumentationScope): Section {
    const { buffers, sections } = this;
    if (!sections.some((each) => each.resource === resource)) {
      const { length } = buffers.headOfResource(resource);
      this.byteCount += length + frameBytes(resource.schemaUrl);
    }
    this.byteCount += buffers.headOfScope(scope).length + frameBytes(scope.schemaUrl);
    const writer = buffers.sectionWriters.take();
    const section = { resource, scope, writer, sealed: undefined };
    sections.push(section);
    return section;
  }

  private writeResourceSpans(writer: ProtobufWriter, resource: Resource): void {
    const start = writer.begin(TRACES_RESOURCE_SPANS, BATCH_LENGTH_SIZE);
    writer.raw(this.buffers.headOfResource(resource));
    for (const section of this.sections) {
      if (section.resource === resource) this.writeScopeSpans(writer, section);
    }
    if (resource.schemaUrl) writer.string(RESOURCE_SPANS_SCHEMA_URL, resource.schemaUrl);
    writer.finish(start, BATCH_LENGTH_SIZE);
  }

  private writeScopeSpans(writer: ProtobufWriter, { scope, ...section }: Section): void {
    const spans = section.sealed ?? section.writer.written();
    // The only span of its scope was unreadable, or went to the next request.
    if (spans.length === 0) return;
    const start = writer.begin(RESOURCE_SPANS_SCOPE_SPANS, BATCH_LENGTH_SIZE);
    writer.raw(this.buffers.headOfScope(scope));
    writer.raw(spans);
    if (scope.schemaUrl) writer.string(SCOPE_SPANS_SCHEMA_URL, scope.schemaUrl);
    writer.finish(start, BATCH_LENGTH_SIZE);
  }
}

function encoded(body: Buffer, spanCount: number, release: () => void): EncodedTraces {
  return {
    body,
    spanCount,
    release,
    halves: () => {
      const middle = spanCount >> 1;
      const [first, second] = splitRequest(body, middle);
      return [encoded(first, middle, () => {}), encoded(second, spanCount - middle, () => {})];
    },
    get firstSpanName() {
      return nameOfFirstSpan(body);
    },
  };
}

/** The most bytes of a message around its spans and its head: tag, length and schema. */
function frameBytes(schemaUrl: string | undefined): number {
  const schemaBytes = schemaUrl ? Buffer.byteLength(schemaUrl) + MAX_TAG_AND_LENGTH_BYTES : 0;
  return schemaBytes + MAX_TAG_AND_LENGTH_BYTES;
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
