import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a client of Elasticsearch or OpenSearch has sent. */
export interface SearchRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer; `close` cuts the connection. */
export type SearchAnswer =
  | 'close'
  | {
      readonly status?: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    };

/** A server on the loopback that answers as Elasticsearch and OpenSearch do, without keeping anything. */
export interface SearchServer {
  readonly url: string;
  readonly port: number;
  readonly requests: SearchRequest[];
  close(): Promise<void>;
}

export async function startSearchServer(
  answers: (request: SearchRequest) => SearchAnswer,
): Promise<SearchServer> {
  const requests: SearchRequest[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => {
      body += chunk;
    });
    incoming.on('end', () => {
      const { method = '', url: path = '', headers } = incoming;
      const request = { method, path, headers, body };
      requests.push(request);
      const answer = answers(request);
      if (answer === 'close') return void incoming.socket.destroy();
      response.writeHead(answer.status ?? 200, {
        // The client of Elasticsearch talks to no other product.
        'x-elastic-product': 'Elasticsearch',
        'content-type': 'application/json',
        ...answer.headers,
      });
      response.end(method === 'HEAD' ? undefined : JSON.stringify(answer.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
