import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Diagnostics } from '../../diagnostics.js';
import { SourceReader } from '../source/source-reader.js';
import type { SourceSettings } from '../source/source-settings.js';
import type { TraceStore } from '../store/trace-store.js';
import { type AccessSettings, judge } from './access-rules.js';
import { Answers, SAFE_HEADERS } from './answers.js';
import { EventStream } from './event-stream.js';
import { GraphClock } from './graph-clock.js';
import { Intake } from './intake.js';
import { OtlpHttp } from './otlp-http.js';
import { readPage, type ViewerPage } from './page.js';
import { Routes } from './routes.js';
import { RowHeadlines } from './row-headlines.js';

/** Where the server listens, and who may use it. All values are checked by then. */
export interface ViewerServerOptions extends Omit<AccessSettings, 'port'> {
  readonly store: TraceStore;
  /** The address to listen on. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly source: SourceSettings;
  readonly diagnostics: Diagnostics;
  /** How often the thread of the viewer was started again in this process, for its counts. @default 0 */
  readonly restartCount?: number;
  /** Gives the page. @default that of the package */
  readonly page?: () => Promise<ViewerPage | undefined>;
}

/** A page opens six connections, an SDK a few; the rest is for tests under load. */
const MAX_CONNECTIONS = 512;
const HEADERS_TIMEOUT_MILLIS = 10_000;
const REQUEST_TIMEOUT_MILLIS = 60_000;
const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'authorization, content-encoding, content-type',
  'access-control-max-age': '600',
  'content-length': '0',
};

/**
 * The HTTP server of the viewer: receives OTLP, and serves what is in the store. It opens no connection of
 * its own, and no request makes it throw.
 */
export class ViewerServer {
  readonly #options: ViewerServerOptions;
  readonly #server: Server;
  readonly #events: EventStream;
  readonly #graphClock: GraphClock;
  readonly #otlp: OtlpHttp;
  readonly #routes: Routes;
  readonly #answers = new Answers();
  readonly #intake = new Intake();
  #port = 0;

  constructor(options: ViewerServerOptions) {
    const { store, page = readPage } = options;
    this.#options = options;
    const counts = (): unknown => this.counts();
    this.#graphClock = new GraphClock(store, options.diagnostics);
    const headlines = new RowHeadlines((entry) => store.endOf(entry));
    this.#events = new EventStream(store, counts, headlines);
    this.#otlp = new OtlpHttp(store, this.#intake, this.#answers);
    this.#routes = new Routes({
      store,
      counts,
      page,
      intake: this.#intake,
      answers: this.#answers,
      events: this.#events,
      headlines,
      source: new SourceReader(options.source),
    });
    const timeouts = {
      headersTimeout: HEADERS_TIMEOUT_MILLIS,
      requestTimeout: REQUEST_TIMEOUT_MILLIS,
    };
    this.#server = createServer(timeouts, (request, response) => {
      void this.#handle(request, response);
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** The port that the server listens on; 0 before that. */
  get port(): number {
    return this.#port;
  }

  /** The bytes of the bodies that are being received. */
  get queuedBytes(): number {
    return this.#intake.queuedBytes;
  }

  /** The pages that follow what happens. */
  get readerCount(): number {
    return this.#events.readerCount;
  }

  /** The bytes of events that their readers have not taken. */
  get streamedBytes(): number {
    return this.#events.waitingBytes;
  }

  /** Counts a request with metrics that came by gRPC. */
  countMetrics(): void {
    this.#otlp.countMetrics();
  }

  /** What came, and what became of it. */
  counts() {
    const { unreadable, overloaded } = this.#intake.counts;
    return {
      ...this.#options.store.counts(),
      restarts: this.#options.restartCount ?? 0,
      requests: { unreadable, overloaded, metrics: this.#otlp.metricsRequests },
    };
  }

  /**
   * Begins to listen.
   *
   * @throws Error with the code `EADDRINUSE` if another server has the port
   */
  async listen(): Promise<void> {
    const { host, port } = this.#options;
    const listening = once(this.#server, 'listening');
    this.#server.listen(port, host);
    await listening;
    this.#port = (this.#server.address() as AddressInfo).port;
    this.#graphClock.start();
    this.#server.on('error', (error) => {
      this.#options.diagnostics.report('The server of the trace viewer has an error', error);
    });
  }

  /** Lets the process end while the server and its connections are open. Called before {@link listen}. */
  unref(): void {
    this.#server.unref();
    this.#server.on('connection', (socket) => socket.unref());
  }

  /** Stops listening and closes all connections. */
  async close(): Promise<void> {
    this.#events.close();
    this.#graphClock.stop();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A connection that breaks off is an event of the response too, which would end the process.
    response.on('error', () => {});
    request.on('error', () => {});
    try {
      for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
      await this.#answer(request, response);
    } catch (error) {
      this.#options.diagnostics.report('The trace viewer failed to answer a request', error);
      this.#answers.text(response, 500, 'The trace viewer failed to answer.\n');
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    // Not `new URL`: a path that begins with two slashes would become a host.
    const [path = '/', query = ''] = url.split('?', 2);
    const search = new URLSearchParams(query);
    const { hosts, ingestOrigins, token } = this.#options;
    const settings = { port: this.#port, hosts, ingestOrigins, token };
    const verdict = judge({ method, path, search, headers }, settings);
    if ('corsOrigin' in verdict && verdict.corsOrigin !== undefined) {
      response.setHeader('access-control-allow-origin', verdict.corsOrigin);
      response.setHeader('vary', 'Origin');
    }
    switch (verdict.kind) {
      case 'refused':
        if (verdict.status === 401) response.setHeader('www-authenticate', 'Bearer');
        this.#answers.text(response, verdict.status, `${verdict.reason}\n`);
        return;
      case 'preflight':
        if (headers['access-control-request-private-network'] === 'true') {
          response.setHeader('access-control-allow-private-network', 'true');
        }
        response.writeHead(204, PREFLIGHT_HEADERS).end();
        return;
      case 'exchange':
        response.setHeader('set-cookie', verdict.cookie);
        response.writeHead(303, { location: verdict.location, 'content-length': '0' }).end();
        return;
      case 'allowed':
        if (method === 'POST' && this.#otlp.hasPath(path)) {
          await this.#otlp.handle(path, request, response);
        } else {
          await this.#routes.handle({ method, path, search, headers, request, response });
        }
    }
  }
}
