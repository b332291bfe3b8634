import { checkChoice } from '../../option-checks.js';
import {
  attachMongo,
  isTraceableMongo,
  isTracedMongo,
  type MongoTracingOptions,
} from '../mongodb/trace-mongo.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import {
  isMongooseConnection,
  type MongooseConnectionShape,
  type MongooseMessage,
} from './mongoose-shape.js';

const MONGOOSE: Adapter<MongooseConnectionShape> = {
  name: 'traceMongoose',
  target: 'connection',
  requirement: 'must be a connection of Mongoose',
  remedy: 'Give mongoose.connection, or what createConnection returns.',
  read: (value) => (isMongooseConnection(value) ? value : undefined),
  findSource: () => ({ system: 'mongodb' }),
};

const connections = new Set<WeakRef<TracedMongooseConnection>>();
/** Held by its connection, so that both are collected together. */
const tracings = new WeakMap<object, TracedMongooseConnection>();

/**
 * One connection of Mongoose whose models give the names of spans. The commands of its client are traced if they
 * can be seen.
 */
export class TracedMongooseConnection {
  readonly #connection: MongooseConnectionShape;
  readonly #options: MongoTracingOptions;
  readonly #modelNames = new Map<string, string>();
  readonly #reference = new WeakRef<TracedMongooseConnection>(this);
  #client: unknown;
  #detachClient = (): void => {};

  private constructor(connection: MongooseConnectionShape, options: MongoTracingOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#traceClient();
    tracings.set(connection, this);
    connections.add(this.#reference);
  }

  /**
   * Traces a connection. If it is traced already, returns its tracing, whatever the options.
   *
   * @throws TracingConfigError for any other value, and for an invalid option
   */
  static attach(connection: object, options: MongoTracingOptions = {}): TracedMongooseConnection {
    // The options are those of its client, which the connection may get later.
    const { queryText, ...others } = options;
    const { target } = setUpAdapter(MONGOOSE, connection, others);
    checkChoice('traceMongoose.queryText', queryText, 'none', ['sanitized', 'none']);
    return tracings.get(target) ?? new TracedMongooseConnection(target, options);
  }

  /** The connection that a message tells of; undefined if it is not traced. */
  static of(message: MongooseMessage): TracedMongooseConnection | undefined {
    for (const reference of connections) {
      const traced = reference.deref();
      if (traced === undefined) connections.delete(reference);
      else if (traced.#isOf(message)) return traced;
    }
    return undefined;
  }

  /** Stops the tracing. */
  detach(): void {
    tracings.delete(this.#connection);
    connections.delete(this.#reference);
    this.#detachClient();
  }

  /** Whether the commands of the connection have spans. */
  get hasCommands(): boolean {
    const client = this.#traceClient();
    return client !== undefined && isTracedMongo(client);
  }

  /** A connection gets its client when it is opened, and another one when it is opened again. */
  #traceClient(): object | undefined {
    const client = this.#connection.getClient();
    if (typeof client !== 'object' || client === null) return undefined;
    if (client === this.#client) return client;
    this.#client = client;
    // A client that the user traces already keeps its tracing when this one ends.
    if (isTraceableMongo(client) && !isTracedMongo(client)) {
      this.#detachClient();
      this.#detachClient = attachMongo(client, this.#options);
    }
    return client;
  }

  /** The name of the model of a collection; that of the base model if there are discriminators. */
  modelOf(collection: string): string | undefined {
    const known = this.#modelNames.get(collection);
    if (known !== undefined) return known;
    for (const [name, model] of Object.entries(this.#connection.models ?? {})) {
      if (model?.collection?.name !== collection || model.baseModelName !== undefined) continue;
      this.#modelNames.set(collection, name);
      return name;
    }
    return undefined;
  }

  #isOf({ database, serverAddress, serverPort }: MongooseMessage): boolean {
    const { name, host, port } = this.#connection;
    return name === database && host === serverAddress && port === serverPort;
  }
}

/**
 * Traces a connection of Mongoose 9.7 and later in place. Its operations are spans with the name of their model, such as
 * `Order.find`, around the commands of the driver. `TracingModule` does so for each connection among the providers of
 * its application; call this for any other. Commands are visible if the connection was opened with
 * `monitorCommands: true`; without, each operation is one span, `find orders`. Tracing a connection again changes
 * nothing.
 *
 * @param connection opened, or being opened
 * @returns the given connection
 * @throws TracingConfigError for any other value, and for an invalid option
 * @example
 * await mongoose.connect(url, { monitorCommands: true });
 * traceMongoose(mongoose.connection);
 */
export function traceMongoose<T extends object>(
  connection: T,
  options: MongoTracingOptions = {},
): T {
  TracedMongooseConnection.attach(connection, options);
  return connection;
}
