import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  dataPointsOf,
  logRecordsOf,
  metricsOf,
  type OtlpJson,
  readLogsRequest,
  readMetricsRequest,
  readRequest,
  spansOf,
} from '../../unit/export/otlp/read-otlp.js';

/** A request as it came, read to its end. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** The connection it came over. */
  readonly socket: Socket;
}

/** What a server does with the request number `index`, from 0 on. */
export type Answer = (
  request: ReceivedRequest,
  response: http.ServerResponse,
  index: number,
) => unknown;

/** An OTLP server on a free port, which answers as the test says. */
export class Collector {
  readonly requests: ReceivedRequest[] = [];
  readonly #server: http.Server;

  private constructor(server: http.Server, answer: Answer) {
    this.#server = server;
    server.on('request', (incoming: http.IncomingMessage, response: http.ServerResponse) => {
      const chunks: Buffer[] = [];
      incoming.on('error', () => {});
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const request: ReceivedRequest = {
          method: incoming.method ?? '',
          path: incoming.url ?? '',
          headers: incoming.headers,
          body: Buffer.concat(chunks),
          socket: incoming.socket,
        };
        this.requests.push(request);
        answer(request, response, this.requests.length - 1);
      });
    });
  }

  /**
   * @param tls certificate and key; where they are given, the server speaks TLS
   * @param place a port of 127.0.0.1, 0 for any that is free; or another address, or a socket file
   */
  static async start(
    answer: Answer = accept,
    tls?: https.ServerOptions,
    place: number | ListenOptions = 0,
  ): Promise<Collector> {
    const server = tls === undefined ? http.createServer() : https.createServer(tls);
    const collector = new Collector(server, answer);
    await new Promise<void>((resolve) =>
      server.listen(
        typeof place === 'number' ? { port: place, host: '127.0.0.1' } : place,
        resolve,
      ),
    );
    return collector;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    const { port } = this;
    const protocol = this.#server instanceof https.Server ? 'https' : 'http';
    return `${protocol}://127.0.0.1:${port}/v1/traces`;
  }

  /** The messages of all requests, in the JSON form of OTLP. */
  get messages(): OtlpJson[] {
    return this.requests.map(readMessage);
  }

  get spanNames(): string[] {
    return this.messages
      .filter(({ resourceSpans }) => resourceSpans !== undefined)
      .flatMap(spansOf)
      .map(({ name }) => name as string);
  }

  /** The URL for log records. */
  get logsUrl(): string {
    return this.url.replace(/traces$/, 'logs');
  }

  /** The texts of the bodies of all log records. */
  get logBodies(): string[] {
    return this.messages
      .filter(({ resourceLogs }) => resourceLogs !== undefined)
      .flatMap(logRecordsOf)
      .map(({ body }) => body?.stringValue as string);
  }

  /** The URL for metrics. */
  get metricsUrl(): string {
    return this.url.replace(/traces$/, 'metrics');
  }

  /** The metrics of all requests. */
  get metrics(): OtlpJson[] {
    return this.messages.flatMap(metricsOf);
  }

  /** The data points of all requests. */
  get dataPoints(): OtlpJson[] {
    return this.messages.flatMap(dataPointsOf);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Takes all spans, as a server does with nothing to complain about. */
export function accept(request: ReceivedRequest, response: http.ServerResponse): void {
  const isJson = request.headers['content-type'] === 'application/json';
  response.setHeader('content-type', request.headers['content-type'] ?? '');
  response.end(isJson ? '{}' : undefined);
}

function readMessage({ path, headers, body }: ReceivedRequest): OtlpJson {
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  if (headers['content-type'] !== 'application/json') {
    if (path.endsWith('/metrics')) return readMetricsRequest(plain);
    return path.endsWith('/logs') ? readLogsRequest(plain) : readRequest(plain);
  }
  return JSON.parse(plain.toString()) as OtlpJson;
}
