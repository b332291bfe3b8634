import { DB_STORED_PROCEDURE_NAME } from '../attributes.js';
import { DatabaseHandler } from '../database.handler.js';
import type { DatabaseQuery } from '../database-query.js';
import type { DatabaseSource } from '../database-source.js';
import { numberOf, textOf } from '../message-members.js';
import { SourceHandlers } from '../source-handlers.js';
import {
  type ChannelTracing,
  guarded,
  returnToSender,
  traceChannel,
} from './channel-operations.js';
import { traceConnect } from './traced-connect.js';

/** What mssql 12.7 publishes. */
interface MssqlMessage {
  /** SQL of `query` and `batch`. */
  readonly command?: unknown;
  /** SQL of a prepared statement. */
  readonly statement?: unknown;
  /** Of `execute`. */
  readonly procedure?: unknown;
  /** Of `bulk`. */
  readonly table?: unknown;
  readonly rowCount?: unknown;
  /** The names of the parameters. */
  readonly parameters?: unknown;
  readonly poolId?: unknown;
  /** Of the connect of a pool. */
  readonly server?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
}

/** Pools that queries may name; the oldest are forgotten. */
const MAX_POOL_COUNT = 1_000;

/**
 * Traces the queries of all clients of mssql, and connections that fail. Queries name their pool by its number;
 * where it is connected to is published when it connects.
 */
export function traceMssql(): readonly ChannelTracing[] {
  const base = new DatabaseHandler({ system: 'microsoft.sql_server' });
  const handlers = new SourceHandlers(base);
  const pools = new Map<unknown, DatabaseSource>();
  const handlerOf = (source: DatabaseSource): DatabaseHandler => {
    const { namespace, serverAddress, serverPort } = source;
    return handlers.of(`${serverAddress}\n${serverPort}\n${namespace}`, () => source);
  };
  const rememberPool = (message: MssqlMessage): void => {
    pools.set(message.poolId, sourceOf(message));
    if (pools.size <= MAX_POOL_COUNT) return;
    const [oldest] = pools.keys();
    pools.delete(oldest);
  };
  const traced = (name: string, read: (message: MssqlMessage) => DatabaseQuery): ChannelTracing =>
    traceChannel<MssqlMessage>({
      library: 'mssql',
      name: `mssql:${name}`,
      begin(message) {
        const source = pools.get(message.poolId);
        return (source === undefined ? base : handlerOf(source)).begin(read(message));
      },
      countRows: (result) => rowsOf(result)?.length,
      failureOf: describeFailure,
    });
  return [
    {
      subscriptions: [['tracing:mssql:connect:start', guarded('mssql', rememberPool)]],
      bindings: [],
    },
    traceConnect<MssqlMessage>(
      {
        library: 'mssql',
        name: 'mssql:connect',
        handlerOf: (message) => handlerOf(sourceOf(message)),
      },
      false,
    ),
    traced('query', ({ command, parameters }) => withNames(command, parameters)),
    traced('batch', ({ command, parameters }) => withNames(command, parameters)),
    traced('prepared-statement:prepare', ({ statement, parameters }) => ({
      ...withNames(statement, parameters),
      operation: 'PREPARE',
      name: 'PREPARE',
    })),
    traced('prepared-statement:execute', ({ statement, parameters }) =>
      withNames(statement, parameters),
    ),
    traced('execute', ({ procedure }) => {
      const name = textOf(procedure);
      return {
        operation: 'EXECUTE',
        name: name === undefined ? 'EXECUTE' : `EXECUTE ${name}`,
        attributes: name === undefined ? undefined : { [DB_STORED_PROCEDURE_NAME]: name },
      };
    }),
    traced('bulk', ({ table, rowCount }) => ({
      operation: 'BULK INSERT',
      collection: textOf(table),
      batchSize: numberOf(rowCount),
    })),
    ...CALLBACK_CHANNELS.map((name) => returnToSender(`mssql:${name}`)),
  ];
}

const CALLBACK_CHANNELS = [
  'query',
  'batch',
  'execute',
  'connect',
  'prepared-statement:prepare',
  'prepared-statement:execute',
];

function sourceOf({ server, port, database }: MssqlMessage): DatabaseSource {
  return {
    system: 'microsoft.sql_server',
    namespace: textOf(database),
    serverAddress: textOf(server),
    serverPort: numberOf(port),
  };
}

/** The names of parameters in place of their values: the text has placeholders, and the values stay unknown. */
function withNames(text: unknown, names: unknown): DatabaseQuery {
  const list = Array.isArray(names) ? names : [];
  return { text: textOf(text), isParameterized: list.length > 0 };
}

function rowsOf(result: unknown): readonly unknown[] | undefined {
  const rows = (result as { recordset?: unknown } | null | undefined)?.recordset;
  return Array.isArray(rows) ? rows : undefined;
}

/** SQL Server's own number is the status; `code` says only where in the client the error arose. */
function describeFailure(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const { name, number, message } = error as Record<string, unknown>;
  return typeof number === 'number' ? { name, code: number, message, cause: error } : error;
}
