import type { Socket } from 'node:net';
import { type ChannelSubscription, subscribeToChannels } from '../../context/index.js';
import { FlatHeaders } from './flat-headers.js';
import type { HttpClientOperation } from './http-client-operation.js';
import { type OutgoingRequest, urlOnConnection } from './outgoing-request.js';
import { beginOnWire } from './wire-request.js';

const OPERATION = Symbol('operation');

/** A request of undici 6 or later, as its channels publish it. */
interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
  /** Names and values in turn, which undici has checked. */
  readonly headers: unknown[];
  /** The protocol of an upgrade. */
  readonly upgrade?: unknown;
  [OPERATION]?: HttpClientOperation;
}

/**
 * Traces the requests of `fetch` and undici, of Node's own copy and of installed ones, through the
 * channels of undici. They publish every attempt: each redirect, and each retry.
 *
 * @returns the function that ends it
 */
export function watchUndici(): () => void {
  return subscribeToChannels(LISTENERS);
}

type Listener = ChannelSubscription[1];

const LISTENERS: readonly ChannelSubscription[] = [
  ['undici:request:create', onCreate as Listener],
  ['undici:client:sendHeaders', onSendHeaders as Listener],
  ['undici:request:headers', onHeaders as Listener],
  ['undici:request:trailers', onTrailers as Listener],
  ['undici:request:error', onError as Listener],
];

function onCreate({ request }: { request: UndiciRequest }): void {
  const operation = beginOnWire(request, readRequest);
  if (operation !== undefined) request[OPERATION] = operation;
}

function readRequest(request: UndiciRequest): OutgoingRequest | undefined {
  const { method, origin, path, headers } = request;
  const url = urlOnConnection(String(origin), path);
  if (url === undefined || !Array.isArray(headers)) return undefined;
  return { method, url, headers: new FlatHeaders(headers) };
}

function onSendHeaders({ request, socket }: { request: UndiciRequest; socket?: Socket }): void {
  const operation = request[OPERATION];
  if (operation === undefined) return;
  const { remoteAddress, remotePort } = socket ?? {};
  const { alpnProtocol } = (socket ?? {}) as { alpnProtocol?: unknown };
  operation.connected(remoteAddress, remotePort, alpnProtocol === 'h2' ? '2' : '1.1');
  // Nothing is published about the response to an upgrade.
  if (request.method === 'CONNECT' || request.upgrade) operation.finish();
}

function onHeaders(message: {
  request: UndiciRequest;
  response: { statusCode: number; headers: unknown[] };
}): void {
  const { statusCode, headers } = message.response;
  // The headers of the final response follow.
  if (statusCode < 200) return;
  message.request[OPERATION]?.responded(statusCode, new FlatHeaders(headers));
}

function onTrailers({ request }: { request: UndiciRequest }): void {
  request[OPERATION]?.finish();
}

function onError({ request, error }: { request: UndiciRequest; error: unknown }): void {
  request[OPERATION]?.fail(error);
}
