import { isInTrace, TracingContext } from '../../context/index.js';
import type { ConnectionWait } from '../connection-wait.js';
import type { DatabaseHandler } from '../database.handler.js';
import { operationIn } from '../database-operation.js';
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
  [WAIT]?: ConnectionWait;
}

const WAIT = Symbol('wait');

/** A channel that publishes connections. `M` is what its messages look like. */
export interface ConnectChannel<M extends object> {
  readonly library: ChannelLibrary;
  /** The name of the tracing channel, such as `ioredis:connect`. */
  readonly name: string;
  /** The handler for the span of the wait; undefined for no span. */
  handlerOf(message: M): DatabaseHandler | undefined;
  /** Whether a pool hands the connection out. @default false */
  readonly isPooled?: boolean;
  /** Asked when the connection starts. @default true */
  isTraced?(): boolean;
}

/**
 * Measures the wait for a connection, as `DatabaseHandler.beginWait` does: a span `connect` shows one that fails or
 * takes long. A query that waits, and has a span, shows it already.
 *
 * @param isolates whether the connection is opened outside of the context of the code that needs it first. What
 *   happens on it later, such as the commands that have waited for it, belongs to nobody's trace
 */
export function traceConnect<M extends object>(
  { library, name, handlerOf, isPooled = false, isTraced }: ConnectChannel<M>,
  isolates: boolean,
): ChannelTracing {
  const start = guarded(library, (message: M & ConnectMessage): void => {
    rememberSender(message);
    const sender = rememberedSenderOf(message);
    if (!isInTrace(sender) || operationIn(sender) !== undefined || isTraced?.() === false) return;
    const handler = tracerFor(library) && handlerOf(message);
    if (handler !== undefined) message[WAIT] = handler.beginWait(undefined, isPooled);
  });
  const fail = guarded(library, (message: ConnectMessage): void => {
    message[WAIT]?.fail(message.error);
  });
  // A failure comes first, so this has no effect on it.
  const succeed = guarded(library, (message: ConnectMessage): void => {
    message[WAIT]?.succeed();
  });
  const enter = (message: unknown): TracingContext => {
    start(message);
    return TracingContext.ROOT;
  };
  const startChannel = `tracing:${name}:start`;
  return {
    subscriptions: [
      ...(isolates ? [] : ([[startChannel, start]] as const)),
      [`tracing:${name}:error`, fail],
      [`tracing:${name}:asyncStart`, succeed],
    ],
    bindings: isolates ? [[startChannel, enter]] : [],
  };
}
