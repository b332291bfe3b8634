import type { Attributes } from '@opentelemetry/api';
import {
  contextStorage,
  isInTrace,
  isLibraryWork,
  type LocalTracer,
  StartUpSpan,
} from '../../context/index.js';
import {
  BLOCKING_COMMAND,
  KEY_PATTERN,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
} from '../attributes.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import type { DatabaseSource } from '../database-source.js';
import { SourceHandlers } from '../source-handlers.js';
import {
  isBlocking,
  isScript,
  keyOf,
  operationOf,
  operationOfBatch,
  type RedisCommand,
  sanitizeCommands,
} from './redis-command.js';
import { failCommand } from './redis-failure.js';
import type { KeyPattern, RedisTracingOptions } from './redis-options.js';
import { RedisClientSettings } from './redis-settings.js';

/** A command with a span. The first call of `finish` or `fail` ends it. */
export interface RedisOperation {
  /** Runs `send` with the span active. */
  run<T>(send: () => T): T;
  /** The client sends the command to this node of a cluster. */
  wentTo(node: RedisNode): void;
  finish(): void;
  /** Ends the span of a command that failed. */
  fail(error: unknown): void;
}

/** A node of a cluster, and its socket. */
export interface RedisNode {
  readonly serverAddress: string | undefined;
  readonly serverPort: number | undefined;
  /** The address of the connected socket, as far as it is known. */
  readonly peerAddress: string | undefined;
  readonly peerPort: number | undefined;
}

/** The server and the database of a command, as clients name them. */
export interface RedisServer {
  /** The name or address of the host, or the path of a socket. */
  readonly serverAddress: string | undefined;
  readonly serverPort: number | undefined;
  /** The index of the database. */
  readonly database: number | undefined;
}

/**
 * Creates the spans of Redis commands: kind CLIENT, named by the command.
 *
 * Semantic conventions 1.45.0, `docs/db/redis.md`.
 */
export class RedisHandler {
  readonly #handler: DatabaseHandler;
  readonly #handlers: SourceHandlers;
  readonly #settings: RedisClientSettings;
  /** The handler of the previous command: most commands go where that one went. */
  #last: (RedisServer & { readonly handler: DatabaseHandler }) | undefined;

  /**
   * @param handler supplies the options that are not of Redis, and what the user says about the server
   * @param options may have other members
   * @param owner precedes the names of options in error messages
   * @throws TracingConfigError for an invalid option
   */
  constructor(handler: DatabaseHandler, options: RedisTracingOptions, owner: string) {
    this.#handler = handler;
    this.#handlers = new SourceHandlers(handler);
    this.#settings = new RedisClientSettings(options, owner);
  }

  /**
   * Starts the span of a command, or of several that are sent as one, that the active context is about to send.
   * Never throws.
   *
   * @param server what the client says about the server; read at once
   * @returns undefined if nothing is recorded of the command
   */
  begin(command: RedisCommand, server: RedisServer | undefined): RedisOperation | undefined {
    const tracer = this.#handler.observingTracer;
    if (tracer === undefined) return undefined;
    try {
      const settings = this.#settings.of(tracer);
      const active = contextStorage.active();
      if (isLibraryWork(active)) return undefined;
      if (settings.requireParent && !isInTrace(active)) return undefined;
      const { name, args = NO_ARGS, batch } = command;
      const operation = batch === undefined ? operationOf(name) : operationOfBatch(name, batch);
      if (OF_CLIENT.has(operation)) return undefined;
      const mayBlock = isBlocking(operation, args);
      // A consumer that is waiting for its first message is no part of the start of the application.
      if (mayBlock && active.span instanceof StartUpSpan) return undefined;
      const pattern = settings.keyPattern && patternOf(settings.keyPattern, command, tracer);
      const begun = this.#handlerOf(server).begin({
        operation,
        name: pattern === undefined ? operation : `${operation} ${pattern}`,
        batchSize: batch?.length ?? command.batchSize,
        attributes: attributesOf(mayBlock, pattern),
        shownText:
          settings.showsText && (batch !== undefined || command.batchSize === undefined)
            ? (maxLength) => sanitizeCommands(batch ?? [command], maxLength)
            : undefined,
      });
      if (begun === undefined) return undefined;
      const mayRunScript = batch === undefined ? isScript(operation) : batch.some(isScriptCommand);
      return new CommandOperation(begun, mayRunScript || command.batchSize !== undefined);
    } catch (error) {
      tracer.diagnostics.report('A Redis command could not be traced; it has no span', error);
      return undefined;
    }
  }

  #handlerOf(server: RedisServer | undefined): DatabaseHandler {
    if (server === undefined) return this.#handler;
    const { serverAddress, serverPort, database } = server;
    const last = this.#last;
    if (
      last !== undefined &&
      last.serverAddress === serverAddress &&
      last.serverPort === serverPort &&
      last.database === database
    ) {
      return last.handler;
    }
    const handler = this.#handlers.of(`${serverAddress}\n${serverPort}\n${database}`, () =>
      sourceOf(this.#handler.source, server),
    );
    this.#last = { serverAddress, serverPort, database, handler };
    return handler;
  }
}

const NO_ARGS: readonly unknown[] = [];

/** What clients and libraries send for their connections: handshakes, authentication, health checks. */
const OF_CLIENT = new Set([
  'ASKING',
  'AUTH',
  'CLIENT',
  'CLUSTER',
  'COMMAND',
  'HELLO',
  'INFO',
  'PING',
  'QUIT',
  'READONLY',
  'READWRITE',
  'SELECT',
  'SENTINEL',
]);

/** What the user says about the server takes precedence. */
function sourceOf(given: DatabaseSource, server: RedisServer): DatabaseSource {
  const { serverAddress, serverPort, database } = server;
  return {
    system: given.system,
    namespace: given.namespace ?? (database === undefined ? undefined : String(database)),
    serverAddress: given.serverAddress ?? serverAddress,
    serverPort: given.serverAddress === undefined ? serverPort : given.serverPort,
  };
}

function isScriptCommand({ name }: RedisCommand): boolean {
  return isScript(operationOf(name));
}

function attributesOf(
  isBlockingCommand: boolean,
  pattern: string | undefined,
): Attributes | undefined {
  if (!isBlockingCommand && pattern === undefined) return undefined;
  const attributes: Attributes = {};
  if (pattern !== undefined) attributes[KEY_PATTERN] = pattern;
  if (isBlockingCommand) attributes[BLOCKING_COMMAND] = true;
  return attributes;
}

function patternOf(
  keyPattern: KeyPattern,
  { name, args = NO_ARGS, batch }: RedisCommand,
  tracer: LocalTracer,
): string | undefined {
  if (batch !== undefined) return undefined;
  const operation = operationOf(name);
  const key = keyOf(operation, args);
  if (key === undefined) return undefined;
  try {
    const pattern: unknown = keyPattern(operation, key);
    return typeof pattern === 'string' && pattern !== '' ? pattern : undefined;
  } catch (error) {
    tracer.diagnostics.report('keyPattern threw; the span shows nothing of the key', error);
    return undefined;
  }
}

class CommandOperation implements RedisOperation {
  readonly #operation: DatabaseOperation;
  readonly #mayRunScript: boolean;

  /** @param mayRunScript whether an error may have been written by a script of the user */
  constructor(operation: DatabaseOperation, mayRunScript: boolean) {
    this.#operation = operation;
    this.#mayRunScript = mayRunScript;
  }

  run<T>(send: () => T): T {
    return this.#operation.run(send);
  }

  wentTo({ serverAddress, serverPort, peerAddress, peerPort }: RedisNode): void {
    const operation = this.#operation;
    operation.wentTo(serverAddress, serverPort);
    if (operation.isFolded) return;
    operation.span.setAttribute(NETWORK_PEER_ADDRESS, peerAddress);
    operation.span.setAttribute(NETWORK_PEER_PORT, peerPort);
  }

  finish(): void {
    this.#operation.finish();
  }

  fail(error: unknown): void {
    failCommand(this.#operation, error, this.#mayRunScript);
  }
}
