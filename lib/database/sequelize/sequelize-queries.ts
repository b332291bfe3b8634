import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import { joinTransaction, TransactionSpan } from '../transaction-span.js';
import { countRows } from '../watch-query.js';
import {
  addressOfConnection,
  hasReplicas,
  type SequelizeQueryOptions,
  type SequelizeQueryShape,
  type SequelizeShape,
  type SequelizeTransactionShape,
} from './sequelize-shape.js';

type Run = SequelizeQueryShape['run'];

/** Gives the queries of one instance of Sequelize their spans, and its transactions spans around them. */
export class SequelizeQueries {
  readonly #handler: DatabaseHandler;
  readonly #hasReplicas: boolean;
  /** By address of the server, if there are replicas. */
  readonly #handlers = new Map<string, DatabaseHandler>();

  constructor(handler: DatabaseHandler, sequelize: SequelizeShape) {
    this.#handler = handler;
    this.#hasReplicas = hasReplicas(sequelize);
  }

  /**
   * Traces a query that Sequelize is about to run: the hook `beforeQuery` gets it with its connection, in
   * the context of its sender. It is the object of one query, so its method is replaced.
   */
  watch(options: SequelizeQueryOptions, query: SequelizeQueryShape): void {
    const run = query?.run;
    if (typeof run !== 'function') return;
    query.run = (...values) => this.#run(options, query, run, values);
  }

  #run(
    options: SequelizeQueryOptions,
    query: SequelizeQueryShape,
    run: Run,
    values: Parameters<Run>,
  ): Promise<unknown> {
    const [text, parameters, ...rest] = values;
    const { transaction } = options;
    const handler = this.#handlerFor(query);
    const span = this.#transactionOf(transaction, text, handler);
    return joinTransaction(span, async () => {
      const operation = beginQuery(handler, text, parameters, query.connection);
      const send = (sent: unknown): Promise<unknown> =>
        Reflect.apply(run, query, [sent, parameters, ...rest]);
      try {
        const result = await (operation === undefined
          ? send(text)
          : operation.run(() => send(textToSend(operation, text, parameters, handler))));
        operation?.finish(() => rowCountOf(result, options));
        if (transaction?.finished) span?.end();
        return result;
      } catch (error) {
        operation?.fail(error);
        if (transaction?.finished || isOpening(text)) span?.fail(error);
        throw error;
      }
    });
  }

  #handlerFor({ connection }: SequelizeQueryShape): DatabaseHandler {
    const address = this.#hasReplicas ? addressOfConnection(connection) : undefined;
    if (address === undefined) return this.#handler;
    const key = `${address.serverAddress}:${address.serverPort}`;
    const known = this.#handlers.get(key);
    if (known !== undefined) return known;
    const handler = this.#handler.withSource({ ...this.#handler.source, ...address });
    this.#handlers.set(key, handler);
    return handler;
  }

  /** The span of a query's transaction, which its first query begins. */
  #transactionOf(
    transaction: SequelizeTransactionShape | null | undefined,
    text: unknown,
    handler: DatabaseHandler,
  ): TransactionSpan | undefined {
    if (typeof transaction !== 'object' || transaction === null) return undefined;
    const known = TransactionSpan.of(transaction);
    if (known !== undefined || !isOpening(text)) return known;
    return TransactionSpan.begin(handler, transaction);
  }
}

/** `SET TRANSACTION ISOLATION LEVEL` precedes `START TRANSACTION` where the database asks for it. */
function isOpening(text: unknown): boolean {
  return typeof text === 'string' && /^(?:start|begin|set transaction|set session)\b/i.test(text);
}

function beginQuery(
  handler: DatabaseHandler,
  text: unknown,
  parameters: unknown,
  connection: object | undefined,
): DatabaseOperation | undefined {
  return handler.begin({
    text: typeof text === 'string' ? text : undefined,
    parameters: typeof parameters === 'object' && parameters !== null ? (parameters as []) : [],
    // Sequelize writes the values of conditions into the text.
    hasInlineValues: true,
    connection,
  });
}

function textToSend(
  operation: DatabaseOperation,
  text: unknown,
  parameters: unknown,
  { source }: DatabaseHandler,
): unknown {
  if (typeof text !== 'string') return text;
  // For queries with parameters, Sequelize calls `execute` of mysql2, which keeps the statement.
  const isCacheKey =
    source.system === 'mysql' && Array.isArray(parameters) && parameters.length > 0;
  return operation.textToSend(text, isCacheKey);
}

/** Undefined if Sequelize combined the rows of joined tables: the result has fewer rows than the database sent. */
function rowCountOf(
  result: unknown,
  { type, plain, hasJoin }: SequelizeQueryOptions,
): number | undefined {
  if (hasJoin) return undefined;
  if (type === 'SELECT' && plain) return result === null || result === undefined ? 0 : 1;
  // A raw query has the rows and what the driver says about them.
  if (type === 'RAW' && Array.isArray(result)) return countRows(result[0]);
  return countRows(result);
}
