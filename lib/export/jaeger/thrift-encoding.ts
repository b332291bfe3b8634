import { type ReadableSpan, type Resource, UNKNOWN_SERVICE_NAME } from '../../trace/index.js';
import { type EncodedItem, ListEncoding } from '../encoded-list.js';
import { writeThriftSpan } from './thrift-span.js';
import { ThriftTags } from './thrift-tag.js';
import { ThriftWriter } from './thrift-writer.js';

// `jaeger.thrift`, structs Batch and Process.
const BATCH_PROCESS = 1;
const BATCH_SPANS = 2;
const PROCESS_SERVICE_NAME = 1;
const PROCESS_TAGS = 2;
/** Most spans are shorter; the buffer of a longer one grows. */
const SPAN_CAPACITY_BYTES = 1024;
const SERVICE_NAME = 'service.name';

/**
 * Spans of one resource as the struct `Batch` of `jaeger.thrift`, in Thrift's binary protocol. A batch has
 * one process, so all spans of a request must have the same resource.
 */
export class ThriftEncoding extends ListEncoding<ReadableSpan> {
  constructor() {
    super({
      contentType: 'application/vnd.apache.thrift.binary',
      nameOf: ({ name }) => name,
      encode: encodeSpan,
      join: joinSpans,
    });
  }
}

function encodeSpan(span: ReadableSpan): Buffer {
  const writer = new ThriftWriter(SPAN_CAPACITY_BYTES);
  writeThriftSpan(writer, span);
  return writer.written();
}

function joinSpans(spans: readonly EncodedItem[]): Buffer {
  const writer = new ThriftWriter();
  writeProcess(writer, spans[0]?.resource);
  const start = writer.beginStructList(BATCH_SPANS);
  writer.endList(start, spans.length);
  const head = writer.written();
  return Buffer.concat([head, ...spans.map(({ bytes }) => bytes), STRUCT_END]);
}

/** The stop that ends a struct. */
const STRUCT_END = Buffer.from([0]);

function writeProcess(writer: ThriftWriter, resource: Resource | undefined): void {
  const attributes = resource?.attributes ?? {};
  writer.structField(BATCH_PROCESS);
  writer.stringField(
    PROCESS_SERVICE_NAME,
    String(attributes[SERVICE_NAME] ?? UNKNOWN_SERVICE_NAME),
  );
  const tags = new ThriftTags(writer, PROCESS_TAGS);
  tags.addAll(attributes, (key) => key === SERVICE_NAME);
  tags.end();
  writer.stop();
}
