import type { IncomingMessage, ServerResponse } from 'node:http';
import { epochMillis } from '../../system-time.js';
import { VERSION } from '../../version.js';
import { analyse } from '../analysis/analyse.js';
import { TRACE_REQUEST } from '../otlp/otlp-schema.js';
import { protobufToJson } from '../otlp/protobuf-to-json.js';
import type { TraceEntry } from '../store/trace-entry.js';
import { requestOfTrace } from '../store/trace-request.js';
import type { AccessRequest } from './access-rules.js';
import { describeRuns } from './describe-runs.js';
import type { EventStream } from './event-stream.js';
import { type FileRouteParts, FileRoutes } from './file-routes.js';
import { graphToJson, MAX_MINUTES } from './graph-answer.js';
import { answerMatches } from './match-rows.js';
import type { ViewerPage } from './page.js';
import { sendPage, sendSavedTrace, wantsHtml } from './page-answer.js';
import type { RowHeadlines } from './row-headlines.js';
import { savedSources } from './saved-sources.js';
import { type SpanRouteParts, SpanRoutes } from './span-routes.js';
import { TraceContexts } from './trace-contexts.js';
import { eventsOfTrace } from './trace-events.js';
import { savedTraceText, traceToJson } from './trace-json.js';
import { TraceList } from './trace-list.js';
import { overviewText, textOfTrace } from './trace-pages.js';

const DEFAULT_MINUTES = 5;

/** What the routes need. */
export interface RouteParts extends SpanRouteParts, FileRouteParts {
  readonly events: EventStream;
  readonly headlines: RowHeadlines;
  /** All counts of the server and its store. */
  readonly counts: () => unknown;
  /** The page; undefined where there is none. */
  readonly page: () => Promise<ViewerPage | undefined>;
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
  readonly #list: TraceList;
  readonly #routes: readonly Route[];
  readonly #contexts: TraceContexts;

  constructor(parts: RouteParts) {
    this.#parts = parts;
    this.#contexts = new TraceContexts(parts.store);
    this.#list = new TraceList(parts);
    const ofSpan = new SpanRoutes(parts);
    const files = new FileRoutes(parts);
    const trace = '([0-9a-f]{32})';
    this.#routes = [
      route('/', { GET: (routed) => this.#overview(routed) }),
      route(`/(?:t/${trace}|graph|compare)`, { GET: (routed) => this.#page(routed) }),
      route('/api/traces', {
        GET: (routed) => this.#list.list(routed),
        DELETE: (routed) => this.#clear(routed),
      }),
      route(`/api/traces/${trace}`, { GET: (routed, id) => this.#trace(routed, id) }),
      route(`/api/traces/${trace}/context`, { GET: (routed, id) => this.#context(routed, id) }),
      route(`/api/traces/${trace}/matches`, {
        GET: async (routed, id) => {
          const entry = this.#find(routed.response, id);
          if (entry !== undefined) await answerMatches(routed, entry, this.#parts);
        },
      }),
      route(`/api/traces/${trace}/events`, {
        GET: (routed, id) => this.#traceEvents(routed, id),
      }),
      route(`/api/traces/${trace}/star`, {
        PUT: (routed, id) => this.#star(routed, id, true),
        DELETE: (routed, id) => this.#star(routed, id, false),
      }),
      route(`/api/traces/${trace}/spans/([0-9a-f]{16})`, {
        GET: (routed, id, span) => this.#span(routed, id, span),
      }),
      route(`/api/traces/${trace}/spans/([0-9a-f]{16})/source`, {
        GET: ({ response }, id, span) => ofSpan.sources(response, id, span),
      }),
      route(`/api/traces/${trace}/spans/([0-9a-f]{16})/links`, {
        GET: ({ response }, id, span) => ofSpan.links(response, id, span),
      }),
      route('/api/source', {
        GET: ({ response, search }) => ofSpan.source(response, search),
      }),
      route(`/t/${trace}\\.html`, { GET: (routed, id) => this.#html(routed, id) }),
      route(`/t/${trace}\\.txt`, { GET: (routed, id) => this.#text(routed, id) }),
      route('/api/graph', { GET: (routed) => this.#graph(routed) }),
      route('/api/suggest', { GET: (routed) => this.#list.suggest(routed) }),
      route('/api/viewer', { GET: (routed) => this.#describe(routed) }),
      route('/api/stream', { GET: (routed) => this.#stream(routed) }),
      route('/api/export', { GET: (routed) => files.export(routed) }),
      route('/api/import', { POST: (routed) => files.import(routed) }),
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

  async #overview(routed: RoutedRequest): Promise<void> {
    const { store, answers, page } = this.#parts;
    const built = wantsHtml(routed) ? await page() : undefined;
    if (built !== undefined) return sendPage(routed, built, answers);
    answers.text(routed.response, 200, overviewText(store, `http://${routed.headers.host}`));
  }

  async #page(routed: RoutedRequest): Promise<void> {
    const { answers, page } = this.#parts;
    const built = await page();
    if (built !== undefined) return sendPage(routed, built, answers);
    answers.text(routed.response, 404, NO_PAGE);
  }

  #describe({ response }: RoutedRequest): void {
    const { store, answers, counts } = this.#parts;
    const { run, runs } = describeRuns(store);
    answers.json(response, 200, { version: VERSION, run, runs, counts: counts() });
  }

  #clear({ response }: RoutedRequest): void {
    this.#parts.store.clear();
    this.#parts.answers.json(response, 200, {});
  }

  #trace({ response }: RoutedRequest, id: string): void {
    const entry = this.#find(response, id);
    if (entry === undefined) return;
    const { store, answers, headlines } = this.#parts;
    answers.json(response, 200, traceToJson(entry, store, headlines));
  }

  async #html(routed: RoutedRequest, id: string): Promise<void> {
    const { answers, page } = this.#parts;
    const built = await page();
    if (built === undefined) {
      answers.text(routed.response, 404, NO_PAGE);
      return;
    }
    const entry = this.#find(routed.response, id);
    if (entry === undefined) return;
    const { store, source } = this.#parts;
    const hasSource = routed.search.get('source') !== 'none';
    const sources = hasSource ? await savedSources(entry, source, store.endOf(entry)) : [];
    // It may have been dropped while files were read.
    if (this.#find(routed.response, id) !== entry) return;
    const saved = savedTraceText(entry, this.#parts, this.#contexts, epochMillis(), sources);
    await sendSavedTrace(routed, built, id, saved, answers);
  }

  #context({ response }: RoutedRequest, id: string): void {
    const entry = this.#find(response, id);
    if (entry === undefined) return;
    const context = this.#contexts.json(entry, analyse(entry.columns()));
    this.#parts.answers.json(response, 200, context);
  }

  #graph({ response, search }: RoutedRequest): void {
    const { store, answers } = this.#parts;
    const minutes = Number(search.get('minutes') ?? DEFAULT_MINUTES);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_MINUTES) {
      const text = `minutes must be a whole number from 1 to ${MAX_MINUTES}.\n`;
      answers.text(response, 400, text);
      return;
    }
    answers.json(response, 200, graphToJson(store.graph, minutes));
  }

  async #traceEvents({ response }: RoutedRequest, id: string): Promise<void> {
    const entry = this.#find(response, id);
    if (entry === undefined) return;
    const { store, answers } = this.#parts;
    answers.json(response, 200, await eventsOfTrace(entry, store, () => !response.destroyed));
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
      this.#parts.answers.text(
        response,
        200,
        textOfTrace(entry, this.#contexts, this.#parts.store),
      );
  }

  #stream({ response, request, search, method }: RoutedRequest): void {
    const { events, answers } = this.#parts;
    if (method === 'HEAD') {
      answers.send(response, 200, 'text/event-stream', Buffer.alloc(0));
      return;
    }
    const filter = this.#list.filterOf({ response, search });
    if (filter === undefined) return;
    // A reader that comes back says so in the header; its address still has the revision of its first connection.
    const since = request.headers['last-event-id']?.toString() ?? search.get('since') ?? undefined;
    if (events.add(response, since, filter)) return;
    response.setHeader('retry-after', '5');
    answers.text(response, 503, 'Too many pages are open.\n');
  }

  #find(response: ServerResponse, id: string): TraceEntry | undefined {
    const entry = this.#parts.store.get(id);
    if (entry === undefined) this.#parts.answers.text(response, 404, NO_TRACE);
    return entry;
  }
}

const NO_PAGE =
  'This viewer was started from its sources, without a page. Build the package first.\n';
const NO_TRACE = 'There is no such trace. It was dropped to make room, or it has not arrived.\n';

function route(path: string, methods: Route['methods']): Route {
  return { pattern: new RegExp(`^${path}$`), methods };
}
