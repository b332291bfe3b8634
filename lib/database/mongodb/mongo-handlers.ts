import { DatabaseHandler, type DatabaseHandlerOptions } from '../database.handler.js';
import { sourceOfCommand } from './mongo-command.js';
import type { CommandStarted } from './mongo-shape.js';

/**
 * The handlers of one client: one for each database on each server. Where there are too many databases,
 * as with one for each tenant, those that were used first are forgotten and made anew.
 */
export class MongoHandlers {
  readonly #handlers = new Map<string, DatabaseHandler>();
  readonly #options: DatabaseHandlerOptions;
  readonly #maxCount: number;

  /** @param maxCount from 1 on */
  constructor(options: DatabaseHandlerOptions, maxCount = 1_000) {
    this.#options = options;
    this.#maxCount = maxCount;
  }

  of(event: CommandStarted): DatabaseHandler {
    const key = `${event.address} ${event.databaseName}`;
    const known = this.#handlers.get(key);
    if (known !== undefined) return known;
    const handler = new DatabaseHandler(sourceOfCommand(event), this.#options);
    this.#handlers.set(key, handler);
    const [oldest] = this.#handlers.keys();
    if (this.#handlers.size > this.#maxCount) this.#handlers.delete(oldest as string);
    return handler;
  }
}
