import type { IncomingMessage, ServerResponse } from 'node:http';
import { VERSION } from '../../version.js';
import { jsonToProtobuf } from '../otlp/json-to-protobuf.js';
import { TRACE_REQUEST } from '../otlp/otlp-schema.js';
import { protobufToJson } from '../otlp/protobuf-to-json.js';
import { compileQuery } from '../query/match.js';
import { parseQuery } from '../query/parse.js';
import type { TraceEntry } from '../store/trace-entry.js';
import { requestOfTrace } from '../store/trace-request.js';
import type { TraceStore } from '../store/trace-store.js';
import { type AccessRequest, mediaTypeOf } from './access-rules.js';
import { type Answers, SAFE_HEADERS, UNREAD_MILLIS } from './answers.js';
import { columnsToJson } from './columns-json.js';
import { describeRuns } from './describe-runs.js';
import type { EventStream } from './event-stream.js';
import { type Intake, isRefusal } from './intake.js';
import { logsToJson } from './logs-json.js';
import { searchTraces } from './search-traces.js';
import { overviewText, textOfTrace } from './trace-pages.js';
import { orderedTraces, rowOfTrace, TRACE_ORDERS, type TraceOrder } from './trace-row.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** What the routes need. */
export interface RouteParts {
  readonly store: TraceStore;
  readonly intake: Intake;
  readonly answers: Answers;
  readonly events: EventStream;
  /** All counts of the server and its store. */
  readonly counts: () => unknown;
}

/** A request that the access rules have allowed. */
export interface RoutedRequest extends AccessRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

type Handler = (routed: RoutedRequest, ...ids: string[]) => void | Promise<void>;

interface Route {
  readonly pattern: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

/** What the server answers, besides OTLP. */
export class Routes {
  readonly #parts: RouteParts;
  readonly #routes: readonly Route[];

  constructor(parts: RouteParts) {
    this.#parts = parts;
    const trace = '([0-9a-f]{32})';
    this.#routes = [
      route('/', { GET: (routed) => this.#overview(routed) }),
      route('/api/traces', {
        GET: (routed) => this.#list(routed),
        DELETE: (routed) => this.#clear(routed),
      }),
      route(`/api/traces/${trace}`, { GET: (routed, id) => this.#trace(routed, id) }),
      route(`/api/traces/${trace}/star`, {
        PUT: (routed, id) => this.#star(routed, id, true),
        DELETE: (routed, id) => this.#star(routed, id, false),
      }),
      route(`/api/traces/${trace}/spans/([0-9a-f]{16})`, {
        GET: (routed, id, span) => this.#span(routed, id, span),
      }),
      route(`/t/${trace}\\.txt`, { GET: (routed, id) => this.#text(routed, id) }),
      route('/api/viewer', { GET: (routed) => this.#describe(routed) }),
      route('/api/stream', { GET: (routed) => this.#stream(routed) }),
      route('/api/export', { GET: (routed) => this.#export(routed) }),
      route('/api/import', { POST: (routed) => this.#import(routed) }),
    ];
  }

  async handle(routed: RoutedRequest): Promise<void> {
    const { path, method, response } = routed;
    this.#parts.store.sweep();
    for (const { pattern, methods } of this.#routes) {
      const match = pattern.exec(path);
      if (match === null) continue;
      const handler = methods[method === 'HEAD' ? 'GET' : method];
      if (handler !== undefined) return handler(routed, ...match.slice(1));
      response.setHeader('allow', Object.keys(methods).join(', '));
      this.#parts.answers.text(response, 405, 'Method not allowed.\n');
      return;
    }
    this.#parts.answers.text(response, 404, 'Not found.\n');
  }

  #overview({ response, headers }: RoutedRequest): void {
    const { store, answers } = this.#parts;
    answers.text(response, 200, overviewText(store, `http://${headers.host}`));
  }

  #describe({ response }: RoutedRequest): void {
    const { store, answers, counts } = this.#parts;
    const { run, runs } = describeRuns(store);
    answers.json(response, 200, { version: VERSION, run, runs, counts: counts() });
  }

  async #list({ response, search }: RoutedRequest): Promise<void> {
    const { store, answers, counts } = this.#parts;
    const order = (search.get('sort') ?? 'newest') as TraceOrder;
    const limit = Number(search.get('limit') ?? DEFAULT_LIMIT);
    const parsed = parseQuery(search.get('q') ?? '');
    if (!TRACE_ORDERS.includes(order)) {
      answers.text(response, 400, `sort must be one of ${TRACE_ORDERS.join(', ')}.\n`);
      return;
    }
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      answers.text(response, 400, `limit must be a whole number from 1 to ${MAX_LIMIT}.\n`);
      return;
    }
    if (parsed.error !== undefined) {
      answers.json(response, 400, { error: parsed.error });
      return;
    }
    const entries = orderedTraces(store, order);
    const after = search.get('after');
    const first = after === null ? 0 : entries.findIndex(({ id }) => id === after) + 1;
    const { found, hasMore } = await searchTraces(
      entries.slice(first),
      compileQuery(parsed.query),
      limit,
      store,
      () => !response.destroyed,
    );
    answers.json(response, 200, {
      traces: found.map((entry) => rowOfTrace(entry, store)),
      after: hasMore ? found.at(-1)?.id : undefined,
      revision: store.revision,
      counts: counts(),
    });
  }

  #clear({ response }: RoutedRequest): void {
    this.#parts.store.clear();
    this.#parts.answers.json(response, 200, {});
  }

  #trace({ response }: RoutedRequest, id: string): void {
    const entry = this.#find(response, id);
    if (entry === undefined) return;
    const { store, answers } = this.#parts;
    answers.json(response, 200, {
      row: rowOfTrace(entry, store),
      nowNanos: store.endOf(entry),
      ...columnsToJson(entry.columns()),
      logs: logsToJson(store.logs.ofTrace(id)),
    });
  }

  #star({ response }: RoutedRequest, id: string, isStarred: boolean): void {
    const { store, answers } = this.#parts;
    if (store.star(id, isStarred)) answers.json(response, 200, { isStarred });
    else answers.text(response, 404, NO_TRACE);
  }

  #span({ response }: RoutedRequest, id: string, spanId: string): void {
    const entry = this.#find(response, id);
    if (entry === undefined) return;
    const { answers } = this.#parts;
    const rows = entry.rowsOf(spanId);
    if (rows.length === 0) {
      answers.text(response, 404, 'The trace has no such span.\n');
      return;
    }
    const json = protobufToJson(requestOfTrace(entry, rows), TRACE_REQUEST);
    answers.send(response, 200, 'application/json', Buffer.from(json));
  }

  #text({ response }: RoutedRequest, id: string): void {
    const entry = this.#find(response, id);
    if (entry !== undefined)
      this.#parts.answers.text(response, 200, textOfTrace(entry, this.#parts.store));
  }

  #stream({ response, request, method }: RoutedRequest): void {
    const { events, answers } = this.#parts;
    const lastEventId = request.headers['last-event-id'];
    if (method === 'HEAD') answers.send(response, 200, 'text/event-stream', Buffer.alloc(0));
    else if (!events.add(response, lastEventId?.toString())) {
      response.setHeader('retry-after', '5');
      answers.text(response, 503, 'Too many pages are open.\n');
    }
  }

  /** Each trace is a line in OTLP/JSON, written when the reader has taken the one before. */
  async #export({ response, search, method }: RoutedRequest): Promise<void> {
    const { store } = this.#parts;
    const ids = search.get('ids')?.split(',') ?? [...store.entries()].map(({ id }) => id);
    response.writeHead(200, {
      ...SAFE_HEADERS,
      'content-type': 'application/jsonl; charset=utf-8',
      'content-disposition': 'attachment; filename="traces.jsonl"',
    });
    response.setTimeout(UNREAD_MILLIS, () => response.destroy());
    for (const id of method === 'HEAD' ? [] : ids) {
      const entry = store.get(id);
      if (entry === undefined) continue;
      const line = `${protobufToJson(requestOfTrace(entry), TRACE_REQUEST)}\n`;
      if (!response.write(line)) await drained(response);
      if (response.destroyed) return;
    }
    response.end();
  }

  async #import({ request, response, headers }: RoutedRequest): Promise<void> {
    const { store, intake, answers } = this.#parts;
    const isJson = mediaTypeOf(headers) === 'application/json';
    const before = store.counts().spans;
    const result = await intake.receive(request, (body) => {
      const protobuf = isJson ? jsonToProtobuf(body, TRACE_REQUEST) : body;
      const received = protobuf && store.receiveTraces(protobuf);
      if (received?.isReadable) return { isRead: true };
      intake.countUnreadable();
      return { status: 400, reason: 'The file is not OTLP, in JSON or protobuf.' } as const;
    });
    if (result === undefined) return;
    if (isRefusal(result)) {
      answers.text(response, result.status, `${result.reason}\n`);
      return;
    }
    const after = store.counts().spans;
    answers.json(response, 200, {
      received: after.received - before.received,
      refused: after.refused - before.refused,
      duplicate: after.duplicate - before.duplicate,
    });
  }

  #find(response: ServerResponse, id: string): TraceEntry | undefined {
    const entry = this.#parts.store.get(id);
    if (entry === undefined) this.#parts.answers.text(response, 404, NO_TRACE);
    return entry;
  }
}

const NO_TRACE = 'There is no such trace. It was dropped to make room, or it has not arrived.\n';

function route(path: string, methods: Route['methods']): Route {
  return { pattern: new RegExp(`^${path}$`), methods };
}

/** Waits until the reader has taken what was written, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
