import type { DatabaseHandler } from '../database.handler.js';
import { sourceOfCommand } from './mongo-command.js';
import type { CommandStarted } from './mongo-shape.js';

/**
 * The handlers of one client: one for each database on each server. If there are too many databases, for
 * instance one for each tenant, the oldest handlers are dropped and created again on demand.
 */
export class MongoHandlers {
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

  of(event: CommandStarted): DatabaseHandler {
    const key = `${event.address} ${event.databaseName}`;
    const known = this.#handlers.get(key);
    if (known !== undefined) return known;
    const handler = this.#handler.withSource(sourceOfCommand(event));
    this.#handlers.set(key, handler);
    const [oldest] = this.#handlers.keys();
    if (this.#handlers.size > this.#maxCount) this.#handlers.delete(oldest as string);
    return handler;
  }
}
