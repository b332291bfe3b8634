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
 * Traces all calls of a client by its channel's `createCall`. Other than with an interceptor it does
 * not matter whether the client is new, and calls that bring interceptors of their own, which replace
 * those of the client, are traced too.
 *
 * @param handlerOf asked at each call; undefined for one that is not to be traced
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
