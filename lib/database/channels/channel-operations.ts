import {
  type ChannelBinding,
  type ChannelSubscription,
  contextStorage,
  currentTracer,
  isLibraryWork,
  type LocalTracer,
  type TracingContext,
  withLibraryWork,
} from '../../context/index.js';
import { channelLibrariesOf } from '../database-settings.js';
import type { ChannelLibrary } from './channel-options.js';

/** How a library is traced: what listens to its channels, and in which contexts it calls functions. */
export interface ChannelTracing {
  readonly subscriptions: readonly ChannelSubscription[];
  readonly bindings: readonly ChannelBinding[];
}

/** What traces a piece of work: an operation of this room, or of Redis. */
export interface ChannelOperation {
  finish(countRows?: () => number | undefined): void;
  fail(error: unknown): void;
}

/** A tracing channel of a library. `M` is what its messages look like. */
export interface TracedChannel<M extends object> {
  readonly library: ChannelLibrary;
  /** The name of the tracing channel, such as `ioredis:command`. */
  readonly name: string;
  /**
   * Begins the operation of a message, whose members may be of any type.
   *
   * @returns undefined if the message has no span
   */
  begin(message: M, tracer: LocalTracer): ChannelOperation | undefined;
  /** The number of rows of a result. @default unknown */
  countRows?(result: unknown): number | undefined;
  /** What the operation shows of an error. @default the error */
  failureOf?(error: unknown): unknown;
  /** Whether commands that the library publishes during the work are part of it. @default false */
  readonly hidesCommands?: boolean;
}

/** Start, end and failure of one piece of work publish the same object. */
interface Message {
  readonly error?: unknown;
  readonly result?: unknown;
  [OPERATION]?: ChannelOperation;
  [SENDER]?: TracingContext;
}

const OPERATION = Symbol('operation');
const SENDER = Symbol('sender');

/** Traces the work that a channel publishes. */
export function traceChannel<M extends object>(traced: TracedChannel<M>): ChannelTracing {
  const { library, name, hidesCommands = false } = traced;
  const begin = guarded(library, (message: M & Message): void => {
    const tracer = tracerFor(library);
    const operation = tracer && traced.begin(message, tracer);
    if (operation !== undefined) message[OPERATION] = operation;
  });
  const fail = guarded(library, (message: Message): void => {
    const { error } = message;
    message[OPERATION]?.fail(traced.failureOf === undefined ? error : traced.failureOf(error));
  });
  const finish = guarded(library, (message: Message): void => {
    message[OPERATION]?.finish(() => traced.countRows?.(message.result));
  });
  const ends: ChannelSubscription[] = [
    // A failure comes here first, so what follows has no effect on it.
    [`tracing:${name}:error`, fail],
    [`tracing:${name}:asyncStart`, finish],
  ];
  const start = `tracing:${name}:start`;
  if (!hidesCommands) return { subscriptions: [[start, begin], ...ends], bindings: [] };
  // Called before the subscribers, in the context of the sender.
  const enter = (message: unknown): TracingContext => {
    begin(message);
    return withLibraryWork(contextStorage.active());
  };
  return { subscriptions: ends, bindings: [[start, enter]] };
}

/**
 * Gives the callbacks of a channel the context of the code that called the library. They would run in the context
 * of the connection, or of the code that has released it.
 *
 * @param name of the tracing channel
 */
export function returnToSender(name: string): ChannelTracing {
  const senderOf = (message: unknown): TracingContext => rememberedSenderOf(message);
  return {
    subscriptions: [[`tracing:${name}:start`, rememberSender]],
    bindings: [[`tracing:${name}:asyncStart`, senderOf]],
  };
}

/** Remembers the active context for {@link rememberedSenderOf}. */
export function rememberSender(message: unknown): void {
  if (typeof message !== 'object' || message === null || !Object.isExtensible(message)) return;
  (message as Message)[SENDER] = contextStorage.active();
}

/** The context in which a message was published first; the active one if that is unknown. */
export function rememberedSenderOf(message: unknown): TracingContext {
  return (message as Message | null | undefined)?.[SENDER] ?? contextStorage.active();
}

/** The tracer of the active application, if it traces the library, and if its work has a span here. */
export function tracerFor(library: ChannelLibrary): LocalTracer | undefined {
  const tracer = currentTracer();
  if (tracer === undefined || !channelLibrariesOf(tracer).has(library)) return undefined;
  if (hasInstrumentation(library, tracer)) return undefined;
  return isLibraryWork(contextStorage.active()) ? undefined : tracer;
}

/**
 * Whether an instrumentation of OpenTelemetry has made spans for the library in the application. It starts the span of
 * a query before the library publishes the query, so not even the first one has two.
 */
function hasInstrumentation(library: ChannelLibrary, { application }: LocalTracer): boolean {
  const { libraryScopes } = application;
  if (libraryScopes.size === 0) return false;
  return INSTRUMENTATIONS[library].some((scope) => libraryScopes.has(scope));
}

/** The scopes of the instrumentations. */
const INSTRUMENTATIONS: Readonly<Record<ChannelLibrary, readonly string[]>> = {
  ioredis: ['@opentelemetry/instrumentation-ioredis'],
  'node-redis': ['@opentelemetry/instrumentation-redis', '@opentelemetry/instrumentation-redis-4'],
  mysql2: ['@opentelemetry/instrumentation-mysql2'],
  mssql: ['@opentelemetry/instrumentation-tedious'],
};

/** Node would end the process because of an error of a subscriber. */
export function guarded<M>(
  library: ChannelLibrary,
  listener: (message: M) => void,
): ChannelSubscription[1] {
  return (message) => {
    try {
      listener(message as M);
    } catch (error) {
      currentTracer()?.diagnostics.report(
        `A message of ${library} could not be read; its query has no complete span`,
        error,
      );
    }
  };
}
