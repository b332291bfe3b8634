import type { ReadableSpan } from '../../trace/index.js';
import { Slices } from '../slices.js';
import type { EncodedTraces, TraceEncoding } from '../trace-encoding.js';
import { toZipkinSpan } from './zipkin-span.js';

/** Spans as the JSON array of Zipkin's API, version 2. */
export class ZipkinEncoding implements TraceEncoding {
  readonly contentType = 'application/json';

  async encode(spans: readonly ReadableSpan[]): Promise<EncodedTraces> {
    const slices = new Slices();
    const chunks: Buffer[] = [];
    let skippedCount = 0;
    let skipCause: unknown;
    let text = '[';
    let comma = '';
    for (const span of spans) {
      try {
        text += comma + JSON.stringify(toZipkinSpan(span));
        comma = ',';
      } catch (error) {
        skipCause = skippedCount++ === 0 ? error : skipCause;
      }
      if (!slices.isOver()) continue;
      chunks.push(Buffer.from(text));
      text = '';
      await slices.turn();
    }
    chunks.push(Buffer.from(`${text}]`));
    return { body: Buffer.concat(chunks), skippedCount, skipCause, release: () => {} };
  }
}
