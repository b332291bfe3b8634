import { type ReadableSpan, type Resource, UNKNOWN_SERVICE_NAME } from '../../trace/index.js';
import { Slices } from '../slices.js';
import type { EncodedTraces, TraceEncoding } from '../trace-encoding.js';
import { writeThriftSpan } from './thrift-span.js';
import { ThriftTags } from './thrift-tag.js';
import { ThriftWriter } from './thrift-writer.js';

// `jaeger.thrift`, structs Batch and Process.
const BATCH_PROCESS = 1;
const BATCH_SPANS = 2;
const PROCESS_SERVICE_NAME = 1;
const PROCESS_TAGS = 2;
const SERVICE_NAME = 'service.name';

/** Spans of one resource as the struct `Batch` of `jaeger.thrift`, in Thrift's binary protocol. */
export class ThriftEncoding implements TraceEncoding {
  readonly contentType = 'application/vnd.apache.thrift.binary';

  /** @param spans of one resource: a batch has one process */
  async encode(spans: readonly ReadableSpan[]): Promise<EncodedTraces> {
    const writer = new ThriftWriter();
    const slices = new Slices();
    let skippedCount = 0;
    let skipCause: unknown;
    writeProcess(writer, spans[0]?.resource);
    const start = writer.beginStructList(BATCH_SPANS);
    for (const span of spans) {
      const { position } = writer;
      try {
        writeThriftSpan(writer, span);
      } catch (error) {
        writer.position = position;
        skipCause = skippedCount++ === 0 ? error : skipCause;
      }
      if (slices.isOver()) await slices.turn();
    }
    writer.endList(start, spans.length - skippedCount);
    writer.stop();
    return { body: writer.written(), skippedCount, skipCause, release: () => {} };
  }
}

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
