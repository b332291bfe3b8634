import type { ClientRequest, IncomingMessage } from 'node:http';
import { type ChannelSubscription, subscribeToChannels } from '../../context/index.js';
import { FlatHeaders } from './flat-headers.js';
import type { HttpClientOperation } from './http-client-operation.js';
import {
  type OutgoingHeaders,
  type OutgoingRequest,
  type ResponseHeaders,
  urlOnConnection,
} from './outgoing-request.js';
import { RenderedHead } from './rendered-head.js';
import { type HeadersOfHead, hookRequestHeads } from './request-head-hook.js';
import { beginOnWire } from './wire-request.js';

const OPERATION = Symbol('operation');

interface NodeRequest extends ClientRequest {
  /** The head, if it is rendered. */
  _header: string | null;
  /** What is written when the request gets a socket. */
  readonly outputData?: { data: unknown }[];
  outputSize?: number;
  readonly res?: NodeResponse | null;
  [OPERATION]?: HttpClientOperation;
}

interface NodeResponse extends IncomingMessage {
  /** True for a response that hands the socket over: an upgrade, or CONNECT. */
  readonly upgrade?: boolean | null;
  [OPERATION]?: HttpClientOperation;
}

/**
 * Traces the requests of `node:http` and `node:https`, and so of axios, got, superagent and the AWS SDK,
 * through the channels of Node. Versions before 22.12 have no channel for a request that is not sent yet;
 * there, {@link hookRequestHeads} takes its place.
 *
 * @param hasCreatedChannel for tests
 * @returns the function that ends it
 */
export function watchNodeHttp(hasCreatedChannel = hasChannelForCreated()): () => void {
  const unhook = hasCreatedChannel ? undefined : hookRequestHeads(onHead);
  const listeners = hasCreatedChannel ? [CREATED, ...LISTENERS] : LISTENERS;
  const unsubscribe = subscribeToChannels(listeners);
  return () => {
    unhook?.();
    unsubscribe();
  };
}

/** `http.client.request.created` exists since 22.12 and 23.2. */
function hasChannelForCreated(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major === 22) return minor >= 12;
  return major === 23 ? minor >= 2 : major > 23;
}

type Listener = ChannelSubscription[1];

const CREATED: ChannelSubscription = ['http.client.request.created', onCreated as Listener];
const LISTENERS: readonly ChannelSubscription[] = [
  ['http.client.response.finish', onResponse as Listener],
  ['http.client.request.error', onError as Listener],
];

function onCreated({ request }: { request: NodeRequest }): void {
  if (request._header) beginRendered(request);
  else watch(request, beginOnWire(request, readRequest));
}

/** Node has rendered the head in the constructor, and has perhaps put it where it waits for a socket. */
function beginRendered(request: NodeRequest): void {
  const before = request._header as string;
  const head = new RenderedHead(before);
  watch(
    request,
    beginOnWire(request, () => toOutgoing(request, head)),
  );
  const after = head.toString();
  if (after === before) return;
  request._header = after;
  const [first] = request.outputData ?? [];
  if (first?.data !== before) return;
  first.data = after;
  if (typeof request.outputSize === 'number') request.outputSize += after.length - before.length;
}

function onHead(request: ClientRequest, headers: HeadersOfHead): HeadersOfHead {
  if (Array.isArray(headers)) {
    // The array belongs to the caller.
    const copy: unknown[] = Array.isArray(headers[0]) ? headers.flat() : [...headers];
    watch(
      request as NodeRequest,
      beginOnWire(request as NodeRequest, () => toOutgoing(request, new FlatHeaders(copy))),
    );
    return copy;
  }
  watch(request as NodeRequest, beginOnWire(request as NodeRequest, readRequest));
  return headers ?? request.getHeaders();
}

function readRequest(request: NodeRequest): OutgoingRequest | undefined {
  return toOutgoing(request, new NodeHeaders(request));
}

function toOutgoing(request: ClientRequest, headers: OutgoingHeaders): OutgoingRequest | undefined {
  const { method, path } = request;
  const url = urlOnConnection(originOf(request, headers.get('host')), path);
  return url && { method, url, headers };
}

/** A request knows the host that it connects to, but its port only from the header. */
function originOf({ protocol, host }: ClientRequest, hostHeader: unknown): string {
  const hostname = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const isOfHost = typeof hostHeader === 'string' && hostHeader.startsWith(`${hostname}:`);
  return `${protocol}//${isOfHost ? hostHeader : hostname}`;
}

class NodeHeaders implements OutgoingHeaders {
  readonly #request: ClientRequest;

  constructor(request: ClientRequest) {
    this.#request = request;
  }

  get(name: string): string | readonly string[] | undefined {
    const value = this.#request.getHeader(name);
    return typeof value === 'number' ? String(value) : value;
  }

  set(name: string, value: string): void {
    this.#request.setHeader(name, value);
  }

  delete(name: string): void {
    if (this.#request.hasHeader(name)) this.#request.removeHeader(name);
  }

  keys(): Iterable<string> {
    return this.#request.getHeaderNames();
  }
}

function watch(request: NodeRequest, operation: HttpClientOperation | undefined): void {
  if (operation === undefined) return;
  request[OPERATION] = operation;
  request.once('close', onClose);
  request.once('timeout', onTimeout);
}

function onResponse(message: { request: NodeRequest; response: NodeResponse }): void {
  const { request, response } = message;
  const operation = request[OPERATION];
  if (operation === undefined) return;
  respond(operation, request, response);
  if (operation.isEnded) return;
  response[OPERATION] = operation;
  response.once('end', onEnd);
}

function respond(
  operation: HttpClientOperation,
  { socket }: NodeRequest,
  response: NodeResponse,
): void {
  operation.connected(socket?.remoteAddress, socket?.remotePort, response.httpVersion);
  operation.responded(response.statusCode ?? 0, new NodeResponseHeaders(response));
}

/** Node parses the headers when they are read for the first time. */
class NodeResponseHeaders implements ResponseHeaders {
  readonly #response: IncomingMessage;

  constructor(response: IncomingMessage) {
    this.#response = response;
  }

  get(name: string): string | string[] | undefined {
    return this.#response.headers[name];
  }

  keys(): Iterable<string> {
    return Object.keys(this.#response.headers);
  }
}

function onEnd(this: NodeResponse): void {
  this[OPERATION]?.finish();
}

function onTimeout(this: NodeRequest): void {
  this[OPERATION]?.sawTimeout();
}

function onError({ request, error }: { request: NodeRequest; error: unknown }): void {
  const operation = request[OPERATION];
  if (operation === undefined) return;
  if (isOwnHangUp(request, error)) operation.cancel();
  else operation.fail(error);
}

/** The last event of every request, whatever happened to it. */
function onClose(this: NodeRequest): void {
  const operation = this[OPERATION];
  if (operation === undefined || operation.isEnded) return;
  const response = this.res;
  if (response === null || response === undefined) {
    operation.cancel();
    return;
  }
  respond(operation, this, response);
  const error = response.errored;
  if (response.complete || response.upgrade) operation.finish();
  else if (error === null || error === undefined || isOwnHangUp(this, error)) operation.cancel();
  else operation.fail(error);
}

/**
 * Whether the caller destroyed the request or its response without a reason. Node then reports the same
 * ECONNRESET as if the server had hung up; but the socket has seen neither an end nor an error.
 */
function isOwnHangUp({ socket, destroyed }: NodeRequest, error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code !== 'ECONNRESET' || !destroyed) return false;
  return socket === null || socket === undefined || (!socket.readableEnded && !socket.errored);
}
