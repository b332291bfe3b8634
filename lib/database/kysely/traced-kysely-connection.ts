import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import { joinTransaction, TransactionSpan } from '../transaction-span.js';
import { countRows, sendQuery } from '../watch-query.js';
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

  /** Traces a connection once: drivers hand out the same connection again and again. */
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

  #execute(original: Execute, values: Query): Promise<unknown> {
    const operation = this.#begin(values);
    if (operation === undefined) return original(...values);
    const sent = toSend(operation, values);
    return sendQuery(operation, () => original(...sent));
  }

  /** The span starts when the first row is requested, because the query does. */
  async *#stream(original: Stream, values: Query): AsyncIterableIterator<unknown> {
    const operation = this.#begin(values);
    if (operation === undefined) return yield* original(...values);
    let count = 0;
    try {
      const sent = toSend(operation, values);
      const rows = operation.run(() => original(...sent));
      for await (const chunk of stepsInside(operation, rows)) {
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
    return joinTransaction(TransactionSpan.of(this.#connection), () =>
      this.#handler.begin({
        text: query?.sql,
        parameters: query?.parameters,
        connection: this.#connection,
      }),
    );
  }
}

/** Changes a copy: Kysely's queries are frozen and may be used again. */
function toSend(operation: DatabaseOperation, values: Query): Query {
  const [query, ...rest] = values;
  if (typeof query?.sql !== 'string') return values;
  const sql = operation.textToSend(query.sql);
  return sql === query.sql ? values : [{ ...query, sql }, ...rest];
}

/** The same rows. Without this, each step of the iterator runs in the context of the code that reads it. */
function stepsInside<T>(
  operation: DatabaseOperation,
  iterator: AsyncIterableIterator<T>,
): AsyncIterableIterator<T> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => operation.run(() => iterator.next()),
    return: async (value?: unknown) =>
      (await operation.run(() => iterator.return?.(value))) ?? { done: true, value },
  };
}
