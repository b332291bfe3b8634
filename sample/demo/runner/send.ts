import type { DemoRequest } from '../scenario.js';

/** How a request went, as its client saw it. */
export interface DemoResponse {
  readonly status: number;
  /** From the header that the gateway answers with. */
  readonly traceId: string;
}

/** What is sent of a request. */
export type RequestToSend = Pick<DemoRequest, 'method' | 'path' | 'headers' | 'order'>;

/** Sends a request as a client without tracing would. */
export async function send(gatewayUrl: string, request: RequestToSend): Promise<DemoResponse> {
  const { method, path, headers, order } = request;
  const response = await fetch(gatewayUrl + path, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(order === undefined ? {} : { body: JSON.stringify(order) }),
  });
  await response.arrayBuffer();
  return { status: response.status, traceId: response.headers.get('trace-id') ?? '' };
}
