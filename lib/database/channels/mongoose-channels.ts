import { SpanKind } from '@opentelemetry/api';
import {
  contextStorage,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../../context/index.js';
import { DB_COLLECTION_NAME, DB_NAMESPACE, DB_SYSTEM_NAME } from '../attributes.js';
import { DatabaseHandler } from '../database.handler.js';
import { describeDatabaseError, setFailure } from '../database-error.js';
import type { DatabaseSource } from '../database-source.js';
import { maskErrors } from '../mask-errors.js';
import { numberOf, textOf } from '../message-members.js';
import { withDescribedCommands } from '../mongodb/described-commands.js';
import { describeFailure } from '../mongodb/mongo-reply.js';
import type { MongooseMessage } from '../mongoose/mongoose-shape.js';
import { TracedMongooseConnection } from '../mongoose/traced-connection.js';
import { SourceHandlers } from '../source-handlers.js';
import { type ChannelTracing, guarded, tracerFor } from './channel-operations.js';

/** Start, end and failure of one operation publish the same object. */
interface Message extends MongooseMessage {
  readonly error?: unknown;
  [ENDING]?: Ending;
}

/** What ends the span of an operation. The first call ends it. */
interface Ending {
  finish(): void;
  fail(error: unknown): void;
}

const ENDING = Symbol('ending');

/**
 * Traces the operations of Mongoose 9.7 and later.
 *
 * Where the commands of a connection have spans, an operation is a span of kind INTERNAL around them: it shows hooks,
 * validation, and the queries of `populate`. Elsewhere it is the span of the query itself. The channel of cursors
 * publishes each document, and is not read.
 */
export function traceMongooseChannels(): readonly ChannelTracing[] {
  const handlers = new SourceHandlers(new DatabaseHandler({ system: 'mongodb' }));
  return CHANNELS.map((name) => {
    const enter = (message: unknown): TracingContext => {
      let inside: TracingContext | undefined;
      guarded('mongoose', (started: Message) => {
        inside = begin(started, handlers);
      })(message);
      return inside ?? contextStorage.active();
    };
    return {
      bindings: [[`tracing:${name}:start`, enter]],
      subscriptions: [
        // A failure comes here first, so what follows has no effect on it.
        [
          `tracing:${name}:error`,
          guarded('mongoose', (message: Message) => message[ENDING]?.fail(message.error)),
        ],
        [
          `tracing:${name}:asyncStart`,
          guarded('mongoose', (message: Message) => message[ENDING]?.finish()),
        ],
      ],
    };
  });
}

const CHANNELS = [
  'mongoose:query',
  'mongoose:aggregate',
  'mongoose:model:save',
  'mongoose:model:insertMany',
  'mongoose:model:bulkWrite',
];

/** @returns the context in which Mongoose does the work; undefined if it has no span */
function begin(message: Message, handlers: SourceHandlers): TracingContext | undefined {
  const tracer = tracerFor('mongoose');
  if (tracer === undefined) return undefined;
  const source = sourceOf(message);
  const { namespace, serverAddress, serverPort } = source;
  const handler = handlers.of(`${serverAddress}\n${serverPort}\n${namespace}`, () => source);
  const connection = TracedMongooseConnection.of(message);
  const active = contextStorage.active();
  if (connection?.hasCommands === true) {
    if (handler.tracer === undefined) return undefined;
    const span = startAround(message, tracer, connection, active);
    message[ENDING] = new OperationEnding(span);
    return active.withSpan(span);
  }
  const operation = handler.begin({
    operation: textOf(message.operation),
    collection: textOf(message.collection),
    batchSize: batchSizeOf(message),
  });
  if (operation === undefined) return undefined;
  message[ENDING] = {
    finish: () => operation.finish(),
    fail(error) {
      maskErrors(error);
      operation.fail(withoutKeys(error));
    },
  };
  return withDescribedCommands(active.withSpan(operation.span));
}

function startAround(
  message: Message,
  tracer: LocalTracer,
  connection: TracedMongooseConnection,
  active: TracingContext,
): LocalSpan {
  const operation = textOf(message.operation) ?? 'operation';
  const collection = textOf(message.collection);
  const model = collection === undefined ? undefined : connection.modelOf(collection);
  const subject = model ?? collection ?? textOf(message.database);
  const attributes = {
    [DB_SYSTEM_NAME]: 'mongodb',
    [DB_NAMESPACE]: textOf(message.database),
    [DB_COLLECTION_NAME]: collection,
  };
  const name = [subject, operation].filter((part) => part !== undefined).join('.');
  return tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes }, active);
}

/** Ends a span around commands. Its status has no code: that is on the span of the command that failed. */
class OperationEnding implements Ending {
  readonly #span: LocalSpan;

  constructor(span: LocalSpan) {
    this.#span = span;
  }

  finish(): void {
    this.#span.end();
  }

  fail(error: unknown): void {
    if (!this.#span.isRecording()) return;
    maskErrors(error);
    const { type, message } = describeDatabaseError(withoutKeys(error));
    setFailure(this.#span, { type, statusCode: undefined, message });
    this.#span.end();
  }
}

/** Messages of the server repeat keys and documents without quotes. */
function withoutKeys(error: unknown): unknown {
  const { name, code } = (error ?? {}) as Record<string, unknown>;
  const isOfServer =
    typeof name === 'string' && name.startsWith('Mongo') && typeof code === 'number';
  return isOfServer ? describeFailure(error) : error;
}

function sourceOf({ database, serverAddress, serverPort }: MongooseMessage): DatabaseSource {
  return {
    system: 'mongodb',
    namespace: textOf(database),
    serverAddress: textOf(serverAddress),
    serverPort: numberOf(serverPort),
  };
}

/** The number of documents or operations of `insertMany` and `bulkWrite`. */
function batchSizeOf({ args }: MongooseMessage): number | undefined {
  const parts = args?.docs ?? args?.ops;
  return Array.isArray(parts) ? parts.length : undefined;
}
