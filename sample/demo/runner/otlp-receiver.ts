import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { decodeExportRequest } from './otlp-decoder.js';
import type { ReceivedSpan } from './received-span.js';

/**
 * Takes spans as an OpenTelemetry Collector, Jaeger or Tempo would: OTLP over HTTP, in protobuf.
 * Spec: opentelemetry-proto, `docs/specification.md#otlphttp`.
 */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
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
    const body = await buffer(request);
    const isZipped = request.headers['content-encoding'] === 'gzip';
    this.spans.push(...decodeExportRequest(isZipped ? gunzipSync(body) : body));
  }
}

function answer(response: ServerResponse, status: number): void {
  // An empty body is the protobuf message that says: all taken.
  response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
}
