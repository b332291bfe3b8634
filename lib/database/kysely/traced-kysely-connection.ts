import { contextStorage, type TracingContext } from '../../context/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import { countRows } from '../queryable/watch-query.js';
import { TransactionSpan } from '../typeorm/transaction-span.js';
import { withinTransaction } from '../within-transaction.js';
import { type CompiledQueryShape, type KyselyConnectionShape, putMethod } from './kysely-shape.js';

type Query = [query: CompiledQueryShape, ...rest: unknown[]];
type Execute = (...values: Query) => Promise<unknown>;
type Stream = (...values: Query) => AsyncIterableIterator<unknown>;

const connections = new WeakSet<object>();

/** Traces the queries and streams of one connection of Kysely. */
export class TracedKyselyConnection {
  readonly #connection: KyselyConnectionShape;
  readonly #handler: DatabaseHandler;

  private constructor(connection: KyselyConnectionShape, handler: DatabaseHandler) {
    this.#connection = connection;
    this.#handler = handler;
  }

  /** Traces a connection. Drivers hand out the same again and again; doing it again changes nothing. */
  static attach(connection: KyselyConnectionShape, handler: DatabaseHandler): void {
    if (typeof connection !== 'object' || connection === null || connections.has(connection)) {
      return;
    }
    connections.add(connection);
    const traced = new TracedKyselyConnection(connection, handler);
    putMethod(connection, 'executeQuery', (original) => {
      return (...values) => traced.#execute(original as Execute, values as unknown as Query);
    });
    putMethod(connection, 'streamQuery', (original) => {
      return (...values) => traced.#stream(original as Stream, values as unknown as Query);
    });
  }

  async #execute(original: Execute, values: Query): Promise<unknown> {
    const operation = this.#begin(values);
    if (operation === undefined) return original(...values);
    try {
      const sent = toSend(operation, values);
      const result = await contextStorage.run(operation.context, () => original(...sent));
      operation.finish(() => countRows(result));
      return result;
    } catch (error) {
      operation.fail(error);
      throw error;
    }
  }

  /** The span begins with the first row that is asked for, as the query does. */
  async *#stream(original: Stream, values: Query): AsyncIterableIterator<unknown> {
    const operation = this.#begin(values);
    if (operation === undefined) return yield* original(...values);
    let count = 0;
    try {
      const sent = toSend(operation, values);
      const rows = contextStorage.run(operation.context, () => original(...sent));
      for await (const chunk of inContext(operation.context, rows)) {
        count += countRows(chunk) ?? 0;
        yield chunk;
      }
    } catch (error) {
      operation.fail(error);
      throw error;
    } finally {
      operation.finish(() => count);
    }
  }

  #begin([query]: Query): DatabaseOperation | undefined {
    return withinTransaction(TransactionSpan.of(this.#connection), () =>
      this.#handler.begin({ text: query?.sql, parameters: query?.parameters }),
    );
  }
}

/** Queries are frozen, and belong to whoever compiled them. */
function toSend(operation: DatabaseOperation, values: Query): Query {
  const [query, ...rest] = values;
  const sql = operation.textToSend(query.sql);
  return sql === query.sql ? values : [{ ...query, sql }, ...rest];
}

/** An iterator's steps run in the context of whoever asks for them, unless they are told another one. */
function inContext<T>(
  context: TracingContext,
  iterator: AsyncIterableIterator<T>,
): AsyncIterableIterator<T> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => contextStorage.run(context, () => iterator.next()),
    return: async (value?: unknown) =>
      (await contextStorage.run(context, () => iterator.return?.(value))) ?? { done: true, value },
  };
}
