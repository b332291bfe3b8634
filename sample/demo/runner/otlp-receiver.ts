import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { readOtlpJson, type SpanRecord } from 'nestjs-traced/viewer';

/**
 * Takes spans as an OpenTelemetry Collector, Jaeger or Tempo would: OTLP over HTTP, in JSON.
 * Spec: opentelemetry-proto, `docs/specification.md#otlphttp`.
 */
export class OtlpReceiver {
  readonly spans: SpanRecord[] = [];
  readonly #server: Server = createServer((request, response) => {
    this.#receive(request).then(
      () => answer(response, 200),
      () => answer(response, 400),
    );
  });

  /** Resolves with the address for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #receive(request: IncomingMessage): Promise<void> {
    const isZipped = request.headers['content-encoding'] === 'gzip';
    const body = isZipped ? request.pipe(createGunzip()) : request;
    this.spans.push(...readOtlpJson(await text(body)).spans);
  }
}

function answer(response: ServerResponse, status: number): void {
  // An empty object is the message that says: all spans are accepted.
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
}
