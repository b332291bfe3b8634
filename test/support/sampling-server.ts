import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until.js';

/** A request that the server has received. */
export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** The parsed body; undefined if there is none. */
  readonly body: unknown;
}

/** Answers requests with JSON, or as it wants. */
export type Answer = (request: ReceivedRequest, response: ServerResponse) => unknown;

/** A server on 127.0.0.1 in place of one that decides about sampling. */
export interface SamplingServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** What is answered from now on; a value that the function returns is sent as JSON. */
  answer: Answer;
  /** Waits until as many more requests were answered. */
  untilRequests(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startSamplingServer(answer: Answer): Promise<SamplingServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const received: ReceivedRequest = {
      method: request.method,
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    const value = started.answer(received, response);
    if (value !== undefined) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(value));
    }
    requests.push(received);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const started: SamplingServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer,
    async untilRequests(count) {
      const expected = requests.length + count;
      await until(
        () => requests.length >= expected,
        () => requests,
      );
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return started;
}
