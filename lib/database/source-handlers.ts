import type { DatabaseHandler } from './database.handler.js';
import type { DatabaseSource } from './database-source.js';

/**
 * The handlers of several databases with the same options, created on demand: a MongoDB client uses one for each
 * database on each server. If there are too many, for instance one for each tenant, the oldest are dropped.
 */
export class SourceHandlers {
  readonly #handlers = new Map<string, DatabaseHandler>();
  readonly #handler: DatabaseHandler;
  readonly #maxCount: number;

  /**
   * @param handler supplies the options
   * @param maxCount from 1
   */
  constructor(handler: DatabaseHandler, maxCount = 1_000) {
    this.#handler = handler;
    this.#maxCount = maxCount;
  }

  /**
   * The handler of a database.
   *
   * @param key identifies the database
   * @param sourceOf describes it; called if there is no handler yet
   */
  of(key: string, sourceOf: () => DatabaseSource): DatabaseHandler {
    const known = this.#handlers.get(key);
    if (known !== undefined) return known;
    const handler = this.#handler.withSource(sourceOf());
    this.#handlers.set(key, handler);
    if (this.#handlers.size > this.#maxCount) {
      const [oldest] = this.#handlers.keys();
      this.#handlers.delete(oldest as string);
    }
    return handler;
  }
}
