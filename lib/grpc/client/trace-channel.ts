import type { GrpcClientHandler } from './grpc-client-handler.js';
import { type ClientCall, traceClientCall } from './trace-client-call.js';

/** A client of `@grpc/grpc-js`, of any service. */
interface Client {
  getChannel(): Channel;
}

interface Channel {
  createCall(path: string, ...rest: unknown[]): ClientCall;
}

/**
 * Traces all calls of a client by replacing `createCall` of its channel. Unlike an interceptor, this
 * works for a client that already exists, and for calls with their own interceptors, which replace those
 * of the client.
 *
 * @param handlerOf called for each call; returns undefined if the call is not traced
 */
export function traceChannel(
  client: unknown,
  handlerOf: () => GrpcClientHandler | undefined,
): void {
  if (typeof (client as Partial<Client> | null | undefined)?.getChannel !== 'function') return;
  const channel = (client as Client).getChannel();
  if (tracedChannels.has(channel)) return;
  tracedChannels.add(channel);
  const originalCreateCall = channel.createCall;
  channel.createCall = (path, ...rest) => {
    const call = Reflect.apply(originalCreateCall, channel, [path, ...rest]) as ClientCall;
    const handler = handlerOf();
    if (handler !== undefined) traceClientCall(handler, path, call);
    return call;
  };
}

const tracedChannels = new WeakSet<object>();
