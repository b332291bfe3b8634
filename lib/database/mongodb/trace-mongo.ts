import {
  contextStorage,
  currentTracer,
  type LocalTracer,
  maskMessage,
} from '../../context/index.js';
import { hasMethods, memberOf } from '../../operation/index.js';
import { checkChoice } from '../../option-checks.js';
import { DB_QUERY_TEXT } from '../attributes.js';
import type { DatabaseTracingOptions } from '../database-options.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { SourceHandlers } from '../source-handlers.js';
import { CommandsInFlight } from './commands-in-flight.js';
import { describesCommands } from './described-commands.js';
import { isOfDriver, readCommand, sanitizeCommand, sourceOfCommand } from './mongo-command.js';
import { countDocuments, describeFailure, findWriteFailure } from './mongo-reply.js';
import type {
  CommandFailed,
  CommandStarted,
  CommandSucceeded,
  MongoClientShape,
} from './mongo-shape.js';

/** Options of {@link traceMongo}. The client's events name the database and the server. */
export interface MongoTracingOptions
  extends Pick<
    DatabaseTracingOptions,
    'maxQueryTextLength' | 'captureReturnedRows' | 'foldQueriesAfter'
  > {
  /**
   * How `db.query.text` shows commands. `sanitized` shows them as JSON with `?` for each value and with
   * the names of fields. `none` omits the attribute.
   * @default 'none'
   */
  readonly queryText?: 'sanitized' | 'none';
  /** @default the tracer of the active span, else the tracer of the running application */
  readonly tracer?: LocalTracer;
}

const MONGO: Adapter<MongoClientShape> = {
  name: 'traceMongo',
  target: 'client',
  requirement: 'must be a MongoClient with command monitoring, or one that has not connected yet',
  remedy:
    'Create it with { monitorCommands: true }, an option of mongoose.connect too; the client of Mongoose is connection.getClient().',
  read: (value) => (isMongoClient(value) && switchOnMonitoring(value) ? value : undefined),
  findSource: () => ({ system: 'mongodb' }),
};

/** By client: what stops its tracing. */
const clients = new WeakMap<object, () => void>();

/**
 * Traces the commands of a `MongoClient` in place, by the driver's command monitoring, which is switched on for a
 * client that has not connected yet. Commands that the driver sends for itself have no span. Tracing a client again
 * changes nothing.
 *
 * @param client of the package `mongodb`, connected or not; of Mongoose `connection.getClient()`
 * @returns the given client
 * @throws TracingConfigError for any other value, for a connected client without command monitoring, and for
 *   an invalid option
 * @example
 * const client = traceMongo(new MongoClient(url, { monitorCommands: true }));
 */
export function traceMongo<T extends object>(client: T, options: MongoTracingOptions = {}): T {
  attachMongo(client, options);
  return client;
}

/**
 * Traces a client as {@link traceMongo} does.
 *
 * @returns a function that stops the tracing
 */
export function attachMongo(client: object, options: MongoTracingOptions = {}): () => void {
  const { queryText, ...others } = options;
  const { handler, target } = setUpAdapter(MONGO, client, others);
  const shownText = checkChoice('traceMongo.queryText', queryText, 'none', ['sanitized', 'none']);
  const known = clients.get(client);
  if (known !== undefined) return known;
  const handlers = new SourceHandlers(handler);
  const inFlight = new CommandsInFlight();
  const { maxQueryTextLength = DEFAULT_TEXT_LENGTH, tracer } = others;

  const begin = (event: CommandStarted): void => {
    if (isOfDriver(event.commandName) || describesCommands(contextStorage.active())) return;
    const key = `${event.address} ${event.databaseName}`;
    const operation = handlers.of(key, () => sourceOfCommand(event)).begin(readCommand(event));
    if (operation === undefined) return;
    inFlight.put(event, operation);
    if (shownText === 'none' || operation.isFolded) return;
    const text = sanitizeCommand(event, maxQueryTextLength);
    if (text !== undefined) operation.span.setAttribute(DB_QUERY_TEXT, text);
  };
  const succeed = (event: CommandSucceeded): void => {
    const operation = inFlight.take(event);
    const failure = operation && findWriteFailure(event.reply);
    if (failure === undefined) operation?.finish(() => countDocuments(event.reply));
    else operation?.fail(failure);
  };
  const fail = (event: CommandFailed): void => {
    const operation = inFlight.take(event);
    if (operation === undefined) return;
    const failure = describeFailure(event.failure);
    operation.fail(failure);
    // The caller gets this very error, and its message repeats keys.
    maskMessage(event.failure, failure.message);
  };
  const listeners = [
    ['commandStarted', withoutThrowing(begin, tracer)],
    ['commandSucceeded', withoutThrowing(succeed, tracer)],
    ['commandFailed', withoutThrowing(fail, tracer)],
  ] as const;
  for (const [event, listener] of listeners) target.on(event as 'commandFailed', listener as never);
  const detach = (): void => {
    clients.delete(client);
    for (const [event, listener] of listeners) target.off?.(event, listener as never);
  };
  clients.set(client, detach);
  return detach;
}

/** Whether the commands of a client are traced. */
export function isTracedMongo(client: object): boolean {
  return clients.has(client);
}

/** Whether a value is a `MongoClient` whose commands can be seen. Runs no accessors. */
export function isTraceableMongo(value: object): boolean {
  if (!isMongoClient(value)) return false;
  const { monitorCommands } = (memberOf(value, 'options') ?? {}) as { monitorCommands?: unknown };
  return monitorCommands === true || isBeforeConnect(value);
}

const DEFAULT_TEXT_LENGTH = 2048;

/** The driver would report an error of a listener as the failure of the command. */
function withoutThrowing<E>(
  listener: (event: E) => void,
  tracer: LocalTracer | undefined,
): (event: E) => void {
  return (event) => {
    try {
      listener(event);
    } catch (error) {
      (tracer ?? currentTracer())?.diagnostics.report(
        'An event of the MongoDB driver could not be read; its command has no complete span',
        error,
      );
    }
  };
}

function isMongoClient(value: unknown): value is MongoClientShape {
  if (typeof value !== 'object' || value === null) return false;
  return hasMethods(value, ['on', 'db']);
}

/** The driver reads the option when it opens the first connection. */
function switchOnMonitoring(client: MongoClientShape): boolean {
  if (client.options?.monitorCommands !== false) return true;
  if (isBeforeConnect(client)) client.monitorCommands = true;
  return client.options.monitorCommands;
}

/** Whether a client of the driver, which can switch monitoring on, has not connected yet. */
function isBeforeConnect(client: object): boolean {
  return 'monitorCommands' in client && memberOf(client, 'topology') === undefined;
}
