import { isObservable, type Observable } from 'rxjs';
import { contextStorage, TracingContext } from '../../context/index.js';
import type { Diagnostics } from '../../diagnostics.js';
import {
  type MessageProducerHandler,
  recordOffset,
  type SentMessage,
  traceEvent,
  traceRequest,
} from '../../messaging/index.js';
import { memberOf, replaceMember } from '../../operation/index.js';
import { injectContext } from './inject-context.js';
import {
  brokerOf,
  type MessagingSystem,
  rabbitDestinationOf,
  systemOfClient,
} from './nest-transports.js';

/** The used members of Nest's `ClientProxy`. */
interface NestClient {
  connect(): unknown;
  send(pattern: unknown, data: unknown): unknown;
  emit(pattern: unknown, data: unknown): unknown;
  /** Kafka only. */
  emitBatch?(pattern: unknown, data: unknown): unknown;
  normalizePattern(pattern: unknown): unknown;
}

/**
 * Traces the messages that a client of Nest sends, by replacing methods of the instance. Ignores other
 * objects.
 *
 * @param producerOf called for each message; returns undefined if messages are not traced
 * @returns a function that restores the client; undefined if `candidate` is not a client or is already
 *   hooked
 */
export function hookClient(
  candidate: unknown,
  producerOf: () => MessageProducerHandler | undefined,
  diagnostics: Diagnostics,
): (() => void) | undefined {
  if (!isNestClient(candidate) || hookedClients.has(candidate)) return undefined;
  hookedClients.add(candidate);
  const client = candidate;
  const { connect, send, emit, emitBatch } = client;
  const system = systemOfClient(client);
  const describe = messageDescription(client, system);
  const leave: (() => void)[] = [];
  const override = (key: string, replacement: unknown): void => {
    leave.push(replaceMember(client, key, replacement));
  };
  const callOf = (method: CallableFunction, args: unknown[]) => (): unknown =>
    Reflect.apply(method, client, args);

  // A connection outlives the request that opens it, and receives the answers to all others.
  override('connect', () => contextStorage.call(TracingContext.ROOT, connect, client, []));
  override('send', (pattern: unknown, data: unknown, ...others: unknown[]): unknown => {
    const source = callOf(send, [pattern, data, ...others])();
    if (!isObservable(source) || producerOf() === undefined || isRefused(pattern, data)) {
      return source;
    }
    return traceRequest(producerOf, () => describe(pattern, data, false), source);
  });
  override('emit', (pattern: unknown, data: unknown, ...others: unknown[]): unknown =>
    traceEmit(
      producerOf,
      describe,
      pattern,
      data,
      undefined,
      callOf(emit, [pattern, data, ...others]),
    ),
  );
  if (typeof emitBatch === 'function') {
    override('emitBatch', (pattern: unknown, data: unknown): unknown => {
      const messages =
        typeof data === 'object' && data !== null ? memberOf(data, 'messages') : undefined;
      const count = Array.isArray(messages) ? messages.length : undefined;
      return traceEmit(
        producerOf,
        describe,
        pattern,
        data,
        count,
        callOf(emitBatch, [pattern, data]),
      );
    });
  }
  leave.push(injectContext(client, system, producerOf, diagnostics));
  return () => {
    hookedClients.delete(client);
    for (const undo of leave.splice(0)) undo();
  };
}

const hookedClients = new WeakSet<object>();

function isNestClient(candidate: unknown): candidate is NestClient {
  if (typeof candidate !== 'object' || candidate === null) return false;
  // The gRPC client extends `ClientProxy`, but sends no messages. It has hooks of its own.
  return (
    CLIENT_METHODS.every((method) => typeof memberOf(candidate, method) === 'function') &&
    memberOf(candidate, 'createClientByServiceName') === undefined
  );
}

const CLIENT_METHODS = ['connect', 'send', 'emit', 'publish', 'dispatchEvent', 'normalizePattern'];

/** Nest refuses a message without a pattern or data when somebody subscribes. */
function isRefused(pattern: unknown, data: unknown): boolean {
  return pattern === undefined || pattern === null || data === undefined || data === null;
}

type Describe = (
  pattern: unknown,
  data: unknown,
  isEvent: boolean,
  batchCount?: number | undefined,
) => SentMessage;

function messageDescription(client: NestClient, system: MessagingSystem): Describe {
  const server = brokerOf(system, client);
  return (pattern, data, isEvent, batchCount) => {
    const text = patternText(client, pattern);
    const rabbit = system === 'rabbitmq' ? rabbitDestinationOf(client, text) : undefined;
    return {
      system,
      pattern: text,
      destination: rabbit?.destination ?? text,
      isEvent,
      data,
      server,
      routingKey: rabbit?.routingKey,
      key: system === 'kafka' && batchCount === undefined ? keyOf(data) : undefined,
      batchCount,
    };
  };
}

/** Returns the pattern as Nest normalises it. */
function patternText(client: NestClient, pattern: unknown): string {
  if (typeof pattern === 'string') return pattern;
  try {
    return String(client.normalizePattern(pattern));
  } catch {
    // Nest throws the error when it sends the message.
    return 'unknown';
  }
}

function keyOf(message: unknown): string | undefined {
  const key =
    typeof message === 'object' && message !== null ? memberOf(message, 'key') : undefined;
  return typeof key === 'string' ? key : undefined;
}

function traceEmit(
  producerOf: () => MessageProducerHandler | undefined,
  describe: Describe,
  pattern: unknown,
  data: unknown,
  batchCount: number | undefined,
  emit: () => unknown,
): unknown {
  const producer = producerOf();
  if (producer === undefined || isRefused(pattern, data)) return emit();
  return traceEvent(
    producer,
    describe(pattern, data, true, batchCount),
    emit as () => Observable<unknown>,
    recordOffset,
  );
}
