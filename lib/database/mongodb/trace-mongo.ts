import { currentTracer, type LocalTracer, maskMessage } from '../../context/index.js';
import { checkChoice, checkOption } from '../../option-checks.js';
import { DB_QUERY_TEXT } from '../attributes.js';
import type { DatabaseTracingOptions } from '../database-options.js';
import { DatabaseSettings } from '../database-settings.js';
import { CommandsInFlight } from './commands-in-flight.js';
import { isOfDriver, readCommand, sanitizeCommand } from './mongo-command.js';
import { MongoHandlers } from './mongo-handlers.js';
import { countDocuments, describeFailure, findWriteFailure } from './mongo-reply.js';
import type { CommandStarted, MongoClientShape } from './mongo-shape.js';

/** Options of {@link traceMongo}. */
export interface MongoTracingOptions
  extends Pick<
    DatabaseTracingOptions,
    'maxQueryTextLength' | 'captureReturnedRows' | 'foldQueriesAfter'
  > {
  /**
   * Whether commands are shown: `sanitized` shows them as JSON with `?` for each value, and the names of
   * fields as they are; `none` shows nothing of them.
   * @default 'none'
   */
  readonly queryText?: 'sanitized' | 'none';
  /** @default the tracer of the running operation, else of the application that runs */
  readonly tracer?: LocalTracer;
}

const clients = new WeakSet<object>();

/**
 * Gives the commands of a `MongoClient` spans, by the driver's command monitoring, which the client must
 * have been made with. What the driver does for itself has none. Doing it again changes nothing.
 *
 * @param client of the package `mongodb`, connected or not; of Mongoose `connection.getClient()`
 * @returns the same
 * @throws TracingConfigError for what is no client, for one without command monitoring, and for options
 *   that cannot be used
 * @example
 * const client = traceMongo(new MongoClient(url, { monitorCommands: true }));
 */
export function traceMongo<T extends object>(client: T, options: MongoTracingOptions = {}): T {
  checkOption(
    isMongoClient(client),
    'traceMongo.client',
    'must be a MongoClient',
    client,
    'Give a client of the package mongodb; Mongoose has it as connection.getClient().',
  );
  const { tracer, ...shown } = options;
  const queryText = checkChoice('traceMongo.queryText', options.queryText, 'none', [
    'sanitized',
    'none',
  ]);
  checkOption(
    client.options?.monitorCommands !== false,
    'traceMongo.client',
    'must report its commands',
    'a client with monitorCommands: false',
    'Create it with { monitorCommands: true }; mongoose.connect takes the same option.',
  );
  const hasOptions = Object.values(shown).some((value) => value !== undefined);
  const settings = hasOptions ? new DatabaseSettings(shown, 'traceMongo') : undefined;
  if (clients.has(client)) return client;
  clients.add(client);
  const inFlight = new CommandsInFlight();
  const handlers = new MongoHandlers({ tracer, settings });
  /** The driver would take what a listener throws for the failure of the command. */
  const unharmed = <E>(listener: (event: E) => void): ((event: E) => void) => {
    return (event) => {
      try {
        listener(event);
      } catch (error) {
        const { diagnostics } = tracer ?? currentTracer() ?? {};
        diagnostics?.report('A command of MongoDB could not be traced', error);
      }
    };
  };
  const begin = (event: CommandStarted): void => {
    if (isOfDriver(event.commandName)) return;
    const operation = handlers.of(event).begin(readCommand(event));
    if (operation === undefined) return;
    inFlight.put(event, operation);
    if (queryText === 'none' || operation.isFolded) return;
    const text = sanitizeCommand(event, shown.maxQueryTextLength ?? DEFAULT_TEXT_LENGTH);
    if (text !== undefined) operation.span.setAttribute(DB_QUERY_TEXT, text);
  };
  client.on('commandStarted', unharmed(begin));
  client.on(
    'commandSucceeded',
    unharmed((event) => {
      const operation = inFlight.take(event);
      const failure = operation && findWriteFailure(event.reply);
      if (failure === undefined) operation?.finish(() => countDocuments(event.reply));
      else operation?.fail(failure);
    }),
  );
  client.on(
    'commandFailed',
    unharmed((event) => {
      const operation = inFlight.take(event);
      if (operation === undefined) return;
      const failure = describeFailure(event.failure);
      operation.fail(failure);
      // The caller gets this very error, whose message repeats keys.
      maskMessage(event.failure, failure.message);
    }),
  );
  return client;
}

const DEFAULT_TEXT_LENGTH = 2048;

function isMongoClient(value: unknown): value is MongoClientShape {
  if (typeof value !== 'object' || value === null) return false;
  const { on, db } = value as Record<string, unknown>;
  return typeof on === 'function' && typeof db === 'function';
}
