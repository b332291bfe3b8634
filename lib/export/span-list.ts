import type { InstrumentationScope, ReadableSpan, Resource } from '../trace/index.js';
import type { EncodedTraces, OpenBody, TraceEncoding } from './trace-encoding.js';

/** A format that encodes each span on its own and joins the encoded spans. */
export interface SpanListFormat {
  readonly contentType: string;
  /** Encodes one span. May throw. */
  encodeSpan(span: ReadableSpan): Buffer;
  /** Writes the body of a request. `bytes` of the spans may be empty, to measure the rest of the body. */
  join(spans: readonly EncodedSpan[]): Buffer;
}

/** An encoded span, with its resource and scope. */
export interface EncodedSpan {
  readonly name: string;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly bytes: Buffer;
}

/** The encoding for a {@link SpanListFormat}. */
export class SpanListEncoding implements TraceEncoding {
  readonly contentType: string;
  readonly encodesEndingSpans = false;

  constructor(private readonly format: SpanListFormat) {
    this.contentType = format.contentType;
  }

  openBody(maxBytes: number): OpenBody {
    return new SpanList(this.format, maxBytes);
  }
}

const NO_BYTES = Buffer.alloc(0);
const SEPARATOR_BYTES = 1;

class SpanList implements OpenBody {
  skippedCount = 0;
  skipCause: unknown = undefined;
  readonly #spans: EncodedSpan[] = [];
  /** The first span of each resource and scope, without its bytes: the body of the request without spans. */
  #frame: EncodedSpan[] = [];
  #frameBytes = 0;
  #spanBytes = 0;

  constructor(
    private readonly format: SpanListFormat,
    private readonly maxBytes: number,
  ) {}

  get spanCount(): number {
    return this.#spans.length;
  }

  add(span: ReadableSpan): number | 'full' {
    let encodedSpan: EncodedSpan;
    let frame: EncodedSpan[];
    let frameBytes: number;
    try {
      const { name, resource, instrumentationScope } = span;
      const bytes = this.format.encodeSpan(span);
      encodedSpan = { name, resource, instrumentationScope, bytes };
      frame = this.#frameWith(encodedSpan);
      frameBytes = frame === this.#frame ? this.#frameBytes : this.format.join(frame).length;
    } catch (error) {
      if (this.skippedCount++ === 0) this.skipCause = error;
      return 0;
    }
    const spanBytes = this.#spanBytes + encodedSpan.bytes.length + SEPARATOR_BYTES;
    if (this.#spans.length > 0 && frameBytes + spanBytes > this.maxBytes) return 'full';
    this.#spans.push(encodedSpan);
    this.#frame = frame;
    this.#frameBytes = frameBytes;
    this.#spanBytes = spanBytes;
    return encodedSpan.bytes.length;
  }

  seal(): void {}

  finish(): EncodedTraces {
    return encoded(this.format, this.#spans);
  }

  #frameWith(span: EncodedSpan): EncodedSpan[] {
    const { resource, instrumentationScope } = span;
    const isKnown = this.#frame.some(
      (each) => each.resource === resource && each.instrumentationScope === instrumentationScope,
    );
    return isKnown ? this.#frame : [...this.#frame, { ...span, bytes: NO_BYTES }];
  }
}

function encoded(format: SpanListFormat, spans: readonly EncodedSpan[]): EncodedTraces {
  return {
    body: format.join(spans),
    spanCount: spans.length,
    release: () => {},
    halves: () => {
      const middle = spans.length >> 1;
      return [encoded(format, spans.slice(0, middle)), encoded(format, spans.slice(middle))];
    },
    firstSpanName: String(spans[0]?.name),
  };
}
