import type { InstrumentationScope, Resource } from '../../trace/index.js';
import type { EncodedRequest, Encoding, OpenBody } from '../encoding.js';
import { writeAttribute } from './protobuf-attribute.js';
import { ProtobufWriter, WriterPool } from './protobuf-writer.js';
import type { ProtobufSignal } from './signal.js';
import { firstItemOf, splitRequest } from './split-request.js';

// opentelemetry-proto v1, `trace/v1/trace.proto`, `logs/v1/logs.proto`, `resource/v1/resource.proto`,
// `common/v1/common.proto`: field number times eight, plus wire type. Spans and log records are nested in
// the same way.
const REQUEST_RESOURCE = 0x0a;
const RESOURCE_RESOURCE = 0x0a;
const RESOURCE_SCOPE = 0x12;
const RESOURCE_SCHEMA_URL = 0x1a;
const SCOPE_SCOPE = 0x0a;
const SCOPE_ITEM = 0x12;
const SCOPE_SCHEMA_URL = 0x1a;
const RESOURCE_ATTRIBUTE = 0x0a;
const SCOPE_NAME = 0x0a;
const SCOPE_VERSION = 0x12;

const HEAD_CAPACITY_BYTES = 1024;
/** Most requests are 16 KiB to 1 MiB long. */
const BATCH_LENGTH_SIZE = 3;
const MAX_TAG_AND_LENGTH_BYTES = 6;
/** More than a writer asks for beyond the bytes that it writes. */
const SPARE_BYTES = 16;

/** A span or a log record. */
interface Owned {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

type WriteItem<T> = ReturnType<ProtobufSignal<T>['createWrite']>;

/** OTLP in the binary form of protobuf. Buffers are used again for later requests. */
export class ProtobufEncoding<T extends Owned> implements Encoding<T> {
  readonly contentType = 'application/x-protobuf';
  readonly encodesOneByOne = true;
  readonly #buffers = new ProtobufBuffers();
  readonly #write: WriteItem<T>;

  constructor(private readonly signal: ProtobufSignal<T>) {
    this.#write = signal.createWrite();
  }

  openBody(maxBytes: number): OpenBody<T> {
    return new ProtobufBody(this.signal, this.#write, this.#buffers, maxBytes);
  }
}

/** Buffers and encoded parts that the requests of one exporter share. */
class ProtobufBuffers {
  readonly sectionWriters = new WriterPool();
  readonly bodyWriters = new WriterPool();
  /** Encoded resources and scopes, which precede the items. */
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

/** The encoded items of one scope. */
interface Section {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly writer: ProtobufWriter;
}

/**
 * An `ExportTraceServiceRequest` or `ExportLogsServiceRequest` that is encoded item by item. A resource and
 * its scopes precede their items and are written at the end, so the items of each scope are encoded apart.
 */
class ProtobufBody<T extends Owned> implements OpenBody<T> {
  itemCount = 0;
  skippedCount = 0;
  skipCause: unknown = undefined;
  // TypeScript's `private`, not `#`: these are read for each item.
  private readonly sections: Section[] = [];
  private lastSection: Section | undefined = undefined;
  /** At least the length of the body. */
  private byteCount = 0;
  /** The body in a buffer of its length, once the writers of the sections are given back. */
  private sealed: Buffer | undefined = undefined;

  constructor(
    private readonly signal: ProtobufSignal<T>,
    private readonly write: WriteItem<T>,
    private readonly buffers: ProtobufBuffers,
    private readonly maxBytes: number,
  ) {}

  add(item: T): number | 'full' {
    let section: Section | undefined;
    let start = 0;
    try {
      section = this.sectionOf(item.resource, item.instrumentationScope);
      start = section.writer.position;
      this.write(section.writer, SCOPE_ITEM, item);
    } catch (error) {
      if (section !== undefined) section.writer.position = start;
      if (this.skippedCount++ === 0) this.skipCause = error;
      return 0;
    }
    const bytes = section.writer.position - start;
    if (this.byteCount + bytes > this.maxBytes && this.itemCount > 0) {
      section.writer.position = start;
      return 'full';
    }
    this.byteCount += bytes;
    this.itemCount++;
    return bytes;
  }

  seal(): void {
    // A resource that still detects attributes is written when the batch is exported.
    if (this.sections.some(({ resource }) => resource.asyncAttributesPending === true)) return;
    this.sealed ??= this.writeBody(new ProtobufWriter(this.byteCount + SPARE_BYTES));
  }

  finish(): EncodedRequest {
    const { signal, buffers, itemCount, sealed } = this;
    if (sealed !== undefined) return encoded(signal, sealed, itemCount, () => {});
    const writer = buffers.bodyWriters.take();
    writer.ensure(this.byteCount + SPARE_BYTES);
    const body = this.writeBody(writer);
    return encoded(signal, body, itemCount, () => buffers.bodyWriters.give(writer));
  }

  /** Writes all sections, and gives their writers back. */
  private writeBody(writer: ProtobufWriter): Buffer {
    const { buffers, sections } = this;
    // The only item of a section was unreadable, or went to the next request.
    const filled = sections.filter((section) => section.writer.position > 0);
    for (const resource of new Set(filled.map((section) => section.resource))) {
      this.writeResource(writer, resource, filled);
    }
    for (const section of sections) buffers.sectionWriters.give(section.writer);
    return writer.written();
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
    const section = { resource, scope, writer };
    sections.push(section);
    return section;
  }

  private writeResource(
    writer: ProtobufWriter,
    resource: Resource,
    filled: readonly Section[],
  ): void {
    const start = writer.begin(REQUEST_RESOURCE, BATCH_LENGTH_SIZE);
    writer.raw(this.buffers.headOfResource(resource));
    for (const section of filled) {
      if (section.resource === resource) this.writeScope(writer, section);
    }
    if (resource.schemaUrl) writer.string(RESOURCE_SCHEMA_URL, resource.schemaUrl);
    writer.finish(start, BATCH_LENGTH_SIZE);
  }

  private writeScope(writer: ProtobufWriter, { scope, writer: itemWriter }: Section): void {
    const start = writer.begin(RESOURCE_SCOPE, BATCH_LENGTH_SIZE);
    writer.raw(this.buffers.headOfScope(scope));
    writer.raw(itemWriter.written());
    if (scope.schemaUrl) writer.string(SCOPE_SCHEMA_URL, scope.schemaUrl);
    writer.finish(start, BATCH_LENGTH_SIZE);
  }
}

function encoded(
  signal: ProtobufSignal<never>,
  body: Buffer,
  itemCount: number,
  release: () => void,
): EncodedRequest {
  return {
    body,
    itemCount,
    release,
    halves: () => {
      const middle = itemCount >> 1;
      const [first, second] = splitRequest(body, middle);
      return [
        encoded(signal, first, middle, () => {}),
        encoded(signal, second, itemCount - middle, () => {}),
      ];
    },
    get firstName() {
      return signal.nameOf(firstItemOf(body));
    },
  };
}

/** The most bytes of a message around its items and its head: tag, length and schema. */
function frameBytes(schemaUrl: string | undefined): number {
  const schemaBytes = schemaUrl ? Buffer.byteLength(schemaUrl) + MAX_TAG_AND_LENGTH_BYTES : 0;
  return schemaBytes + MAX_TAG_AND_LENGTH_BYTES;
}

/** A resource, as it precedes its scopes. */
export function encodeResource(resource: Resource): Buffer {
  const writer = new ProtobufWriter(HEAD_CAPACITY_BYTES);
  const start = writer.begin(RESOURCE_RESOURCE, 1);
  for (const [key, value] of Object.entries(resource.attributes)) {
    writeAttribute(writer, RESOURCE_ATTRIBUTE, key, value);
  }
  writer.finish(start, 1);
  return writer.written();
}

/** A scope, as it precedes its items. */
export function encodeScope({ name, version }: InstrumentationScope): Buffer {
  const writer = new ProtobufWriter(HEAD_CAPACITY_BYTES);
  const start = writer.begin(SCOPE_SCOPE, 1);
  writer.string(SCOPE_NAME, name);
  if (version) writer.string(SCOPE_VERSION, version);
  writer.finish(start, 1);
  return writer.written();
}
