import type { InstrumentationScope, ReadableSpan, Resource } from '../../trace/index.js';
import type { EncodedTraces, TraceBatch } from '../trace-encoding.js';
import type { AttributePrefixes } from './attribute-prefixes.js';
import { writeSpan } from './protobuf-span.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import type { SpareWriters } from './spare-writers.js';

// opentelemetry-proto v1, `trace/v1/trace.proto`: field number times eight, plus wire type.
const TRACES_RESOURCE_SPANS = 0x0a;
const RESOURCE_SPANS_SCOPE_SPANS = 0x12;
const RESOURCE_SPANS_SCHEMA_URL = 0x1a;
const SCOPE_SPANS_SPAN = 0x12;
const SCOPE_SPANS_SCHEMA_URL = 0x1a;

/** A batch is 16 KiB to 2 MiB long, mostly. */
const BATCH_LENGTH_SIZE = 3;

/** The spans of one scope, encoded, without what stands before them. */
interface Section {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly writer: ProtobufWriter;
  /** What was written, once the writer is given back. */
  sealed: Buffer | undefined;
}

/** What a batch shares with those before and after it. */
export interface ProtobufBatchSupplies {
  readonly sectionWriters: SpareWriters;
  readonly bodyWriters: SpareWriters;
  readonly prefixes: AttributePrefixes;
  writeResource(writer: ProtobufWriter, resource: Resource): void;
  writeScope(writer: ProtobufWriter, scope: InstrumentationScope): void;
}

/**
 * One OTLP request that spans are written into one by one. Which of them share a resource or a scope
 * is told by identity: the spans of a tracer share both objects.
 */
export class ProtobufBatch implements TraceBatch {
  readonly #sections: Section[] = [];
  #last: Section | undefined;
  #skippedCount = 0;
  #skipCause: unknown;

  constructor(private readonly supplies: ProtobufBatchSupplies) {}

  get resources(): Iterable<Resource> {
    return new Set(this.#sections.map(({ resource }) => resource));
  }

  add(span: ReadableSpan): number {
    let section: Section | undefined;
    let start = 0;
    try {
      section = this.#sectionOf(span.resource, span.instrumentationScope);
      start = section.writer.position;
      writeSpan(section.writer, SCOPE_SPANS_SPAN, span, this.supplies.prefixes);
      return section.writer.position - start;
    } catch (error) {
      if (section !== undefined) section.writer.position = start;
      if (this.#skippedCount++ === 0) this.#skipCause = error;
      return 0;
    }
  }

  seal(): void {
    for (const section of this.#sections) {
      if (section.sealed !== undefined) continue;
      section.sealed = Buffer.from(section.writer.written());
      this.supplies.sectionWriters.give(section.writer);
    }
  }

  finish(): EncodedTraces {
    const { supplies } = this;
    const writer = supplies.bodyWriters.take();
    for (const resource of this.resources) this.#writeResourceSpans(writer, resource);
    for (const section of this.#sections) {
      if (section.sealed === undefined) supplies.sectionWriters.give(section.writer);
    }
    return {
      body: writer.written(),
      skippedCount: this.#skippedCount,
      skipCause: this.#skipCause,
      release: () => supplies.bodyWriters.give(writer),
    };
  }

  #sectionOf(resource: Resource, scope: InstrumentationScope): Section {
    const last = this.#last;
    if (last?.scope === scope && last.resource === resource) return last;
    let section = this.#sections.find((each) => each.scope === scope && each.resource === resource);
    if (section === undefined) {
      const writer = this.supplies.sectionWriters.take();
      section = { resource, scope, writer, sealed: undefined };
      this.#sections.push(section);
    }
    this.#last = section;
    return section;
  }

  #writeResourceSpans(writer: ProtobufWriter, resource: Resource): void {
    const start = writer.begin(TRACES_RESOURCE_SPANS, BATCH_LENGTH_SIZE);
    this.supplies.writeResource(writer, resource);
    for (const section of this.#sections) {
      if (section.resource === resource) this.#writeScopeSpans(writer, section);
    }
    if (resource.schemaUrl) writer.string(RESOURCE_SPANS_SCHEMA_URL, resource.schemaUrl);
    writer.finish(start, BATCH_LENGTH_SIZE);
  }

  #writeScopeSpans(writer: ProtobufWriter, { scope, ...section }: Section): void {
    const start = writer.begin(RESOURCE_SPANS_SCOPE_SPANS, BATCH_LENGTH_SIZE);
    this.supplies.writeScope(writer, scope);
    writer.raw(section.sealed ?? section.writer.written());
    if (scope.schemaUrl) writer.string(SCOPE_SPANS_SCHEMA_URL, scope.schemaUrl);
    writer.finish(start, BATCH_LENGTH_SIZE);
  }
}
