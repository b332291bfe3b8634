import { currentTracer, type LocalTracer, maskMessage } from '../../context/index.js';
import { checkChoice } from '../../option-checks.js';
import { DB_QUERY_TEXT } from '../attributes.js';
import type { DatabaseTracingOptions } from '../database-options.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { SourceHandlers } from '../source-handlers.js';
import { CommandsInFlight } from './commands-in-flight.js';
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
  requirement: 'must be a MongoClient with command monitoring',
  remedy:
    'Create it with { monitorCommands: true }, an option of mongoose.connect too; the client of Mongoose is connection.getClient().',
  read: (value) => (isMonitoredClient(value) ? value : undefined),
  findSource: () => ({ system: 'mongodb' }),
};

const clients = new WeakSet<object>();

/**
 * Traces the commands of a `MongoClient` in place, by the driver's command monitoring. Commands that the
 * driver sends for itself have no span. Tracing a client again changes nothing.
 *
 * @param client of the package `mongodb`, connected or not; of Mongoose `connection.getClient()`
 * @returns the given client
 * @throws TracingConfigError for any other value, for a client without command monitoring, and for an
 *   invalid option
 * @example
 * const client = traceMongo(new MongoClient(url, { monitorCommands: true }));
 */
export function traceMongo<T extends object>(client: T, options: MongoTracingOptions = {}): T {
  const { queryText, ...others } = options;
  const { handler, target } = setUpAdapter(MONGO, client, others);
  const shownText = checkChoice('traceMongo.queryText', queryText, 'none', ['sanitized', 'none']);
  if (clients.has(client)) return client;
  clients.add(client);
  const handlers = new SourceHandlers(handler);
  const inFlight = new CommandsInFlight();
  const { maxQueryTextLength = DEFAULT_TEXT_LENGTH, tracer } = others;

  const begin = (event: CommandStarted): void => {
    if (isOfDriver(event.commandName)) return;
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
  target.on('commandStarted', withoutThrowing(begin, tracer));
  target.on('commandSucceeded', withoutThrowing(succeed, tracer));
  target.on('commandFailed', withoutThrowing(fail, tracer));
  return client;
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

function isMonitoredClient(value: unknown): value is MongoClientShape {
  if (typeof value !== 'object' || value === null) return false;
  const { on, db, options } = value as Record<string, unknown>;
  if (typeof on !== 'function' || typeof db !== 'function') return false;
  return (options as MongoClientShape['options'])?.monitorCommands !== false;
}
