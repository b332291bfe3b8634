import type { ServerResponse } from 'node:http';
import { type CodeLocation, isSameFile, locationsOfSpan } from '../analysis/code-locations.js';
import type { LocatedSource, SourcesJson } from '../api/source-json.js';
import type { SourceReader } from '../source/source-reader.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';
import type { Answers } from './answers.js';
import { linkedSpans } from './linked-spans.js';

const NANOS_PER_MILLI = 1_000_000n;
const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const NUMBER = /^[1-9]\d{0,8}$/;
/** No answer for a span: its trace or the span itself is not in the store. */
const NO_SPAN = 'There is no such span. It was dropped to make room, or it has not arrived.\n';

/** What these routes need. */
export interface SpanRouteParts {
  readonly store: TraceStore;
  readonly answers: Answers;
  readonly source: SourceReader;
}

/** The places that a span names, and when it ended. */
interface SpanLocations {
  readonly locations: readonly CodeLocation[];
  /** Epoch milliseconds. */
  readonly endMillis: number;
}

/** What the server answers about one span besides its own details: its source code and its links. */
export class SpanRoutes {
  readonly #parts: SpanRouteParts;

  constructor(parts: SpanRouteParts) {
    this.#parts = parts;
  }

  /** All places that a span names, the application's own first, with their source code. */
  async sources(response: ServerResponse, traceId: string, spanId: string): Promise<void> {
    const found = this.#locationsOf(traceId, spanId);
    if (found === undefined) this.#parts.answers.text(response, 404, NO_SPAN);
    else await this.#answer(response, found, (locations): SourcesJson => ({ locations }));
  }

  /** The source code of one place, which a span of the store must name. */
  async source(response: ServerResponse, search: URLSearchParams): Promise<void> {
    const { answers } = this.#parts;
    const traceId = search.get('trace') ?? '';
    const spanId = search.get('span') ?? '';
    const file = search.get('file') ?? '';
    const line = search.get('line') ?? '';
    const column = search.get('column') ?? undefined;
    if (
      !TRACE_ID.test(traceId) ||
      !SPAN_ID.test(spanId) ||
      file === '' ||
      !NUMBER.test(line) ||
      (column !== undefined && !NUMBER.test(column))
    ) {
      const wanted = 'trace, span, file and line must be those of a place that a span names.\n';
      answers.text(response, 400, wanted);
      return;
    }
    const found = this.#locationsOf(traceId, spanId);
    const location = found?.locations.find(
      (each) =>
        isSameFile(each.file, file) &&
        each.line === Number(line) &&
        (column === undefined || each.column === Number(column)),
    );
    if (found === undefined || location === undefined) {
      answers.text(
        response,
        404,
        found === undefined ? NO_SPAN : 'The span names no such place.\n',
      );
      return;
    }
    const only = { ...found, locations: [location] };
    await this.#answer(response, only, ([located]) => located);
  }

  /** The spans that a span links to, and those that link to it. */
  async links(response: ServerResponse, traceId: string, spanId: string): Promise<void> {
    const { store, answers } = this.#parts;
    const rows = store.get(traceId)?.rowsOf(spanId) ?? [];
    if (rows.length === 0) {
      answers.text(response, 404, NO_SPAN);
      return;
    }
    const links = await linkedSpans(store, traceId, spanId, () => !response.destroyed);
    answers.json(response, 200, links);
  }

  async #answer(
    response: ServerResponse,
    { locations, endMillis }: SpanLocations,
    bodyOf: (located: readonly LocatedSource[]) => unknown,
  ): Promise<void> {
    const { answers, source } = this.#parts;
    const located = await source.read(locations, endMillis);
    if (located !== undefined) {
      answers.json(response, 200, bodyOf(located));
      return;
    }
    response.setHeader('retry-after', '1');
    answers.text(response, 503, 'Too many requests for source code are waiting.\n');
  }

  #locationsOf(traceId: string, spanId: string): SpanLocations | undefined {
    const { store } = this.#parts;
    const entry = store.get(traceId);
    const spans = entry?.rowsOf(spanId).map((row) => (entry as TraceEntry).read(row)) ?? [];
    if (spans.length === 0) return undefined;
    const logs = store.logs
      .ofTrace(traceId)
      .filter((log) => log.spanId === spanId)
      .map(({ attributes }) => attributes);
    // Client and server can share an id; the records of logs belong to both.
    const locations = spans.flatMap((span, index) =>
      locationsOfSpan(span, index === 0 ? logs : []),
    );
    const ends = spans.map(({ startNanos, endNanos }) => endNanos ?? startNanos);
    return {
      locations: locations.toSorted((a, b) => Number(b.isOwn) - Number(a.isOwn)),
      endMillis: Math.max(...ends.map((nanos) => Number(nanos / NANOS_PER_MILLI))),
    };
  }
}
