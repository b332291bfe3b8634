import { contextStorage, TracingContext } from '../../context/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import { epochMillis, recordFailedConnect } from '../failed-connect.js';
import {
  type ChannelTracing,
  guarded,
  rememberedSenderOf,
  rememberSender,
  tracerFor,
} from './channel-operations.js';
import type { ChannelLibrary } from './channel-options.js';

/** A message about a connection that is opened, or waited for. */
interface ConnectMessage {
  readonly error?: unknown;
  [START]?: number;
}

const START = Symbol('start');

/** A channel that publishes connections. `M` is what its messages look like. */
export interface ConnectChannel<M extends object> {
  readonly library: ChannelLibrary;
  /** The name of the tracing channel, such as `ioredis:connect`. */
  readonly name: string;
  /** The handler for the span of a connection that failed; undefined for no span. */
  handlerOf(message: M): DatabaseHandler | undefined;
  /** Asked when the connection starts. @default true */
  isTraced?(): boolean;
}

/**
 * Records a span `connect` for a connection that could not be opened, as `recordFailedConnect` does.
 *
 * @param isolates whether the connection is opened outside of the context of the code that needs it first. What
 *   happens on it later, such as the commands that have waited for it, belongs to nobody's trace
 */
export function traceConnect<M extends object>(
  { library, name, handlerOf, isTraced }: ConnectChannel<M>,
  isolates: boolean,
): ChannelTracing {
  const start = (message: unknown): void => {
    rememberSender(message);
    if (rememberedSenderOf(message).span === undefined || isTraced?.() === false) return;
    (message as ConnectMessage)[START] = epochMillis();
  };
  const fail = guarded(library, (message: M & ConnectMessage): void => {
    const startEpochMillis = message[START];
    if (startEpochMillis === undefined) return;
    contextStorage.run(rememberedSenderOf(message), () => {
      const handler = tracerFor(library) && handlerOf(message);
      if (handler !== undefined) recordFailedConnect(handler, startEpochMillis, message.error);
    });
  });
  const enter = (message: unknown): TracingContext => {
    guarded(library, start)(message);
    return TracingContext.ROOT;
  };
  const startChannel = `tracing:${name}:start`;
  return {
    subscriptions: [
      ...(isolates ? [] : ([[startChannel, guarded(library, start)]] as const)),
      [`tracing:${name}:error`, fail],
    ],
    bindings: isolates ? [[startChannel, enter]] : [],
  };
}
