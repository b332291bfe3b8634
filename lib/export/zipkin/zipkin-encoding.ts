import type { ReadableSpan } from '../../trace/index.js';
import { type EncodedItem, ListEncoding } from '../encoded-list.js';
import { toZipkinSpan } from './zipkin-span.js';

/** Spans as the JSON array of Zipkin's API, version 2. */
export class ZipkinEncoding extends ListEncoding<ReadableSpan> {
  constructor() {
    super({
      contentType: 'application/json',
      nameOf: ({ name }) => name,
      encode: (span) => Buffer.from(JSON.stringify(toZipkinSpan(span))),
      join: joinSpans,
    });
  }
}

function joinSpans(spans: readonly EncodedItem[]): Buffer {
  const chunks: Buffer[] = [];
  for (const { bytes } of spans) chunks.push(chunks.length === 0 ? START : COMMA, bytes);
  return Buffer.concat([...(chunks.length === 0 ? [START] : chunks), END]);
}

const START = Buffer.from('[');
const COMMA = Buffer.from(',');
const END = Buffer.from(']');
