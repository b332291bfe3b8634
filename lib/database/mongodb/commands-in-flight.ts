import type { DatabaseOperation } from '../database-operation.js';
import type { CommandEvent } from './mongo-shape.js';

/**
 * The commands that the server has not answered yet. If the driver never reports the end of some, the
 * oldest are ended when there are too many.
 */
export class CommandsInFlight {
  readonly #operations = new Map<string, DatabaseOperation>();
  readonly #maxCount: number;

  /** @param maxCount from 1 */
  constructor(maxCount = 10_000) {
    this.#maxCount = maxCount;
  }

  put(event: CommandEvent, operation: DatabaseOperation): void {
    const key = keyOf(event);
    this.#giveUp(key);
    this.#operations.set(key, operation);
    if (this.#operations.size <= this.#maxCount) return;
    const [oldest] = this.#operations.keys();
    this.#giveUp(oldest as string);
  }

  take(event: CommandEvent): DatabaseOperation | undefined {
    const key = keyOf(event);
    const operation = this.#operations.get(key);
    this.#operations.delete(key);
    return operation;
  }

  #giveUp(key: string): void {
    const operation = this.#operations.get(key);
    if (operation === undefined) return;
    this.#operations.delete(key);
    operation.fail({ name: 'unanswered', message: 'the driver did not report the end' });
    operation.span.tracer.diagnostics.report(
      'The MongoDB driver did not report the end of a command; its span ends with error.type "unanswered"',
    );
  }
}

/** The process numbers requests; another copy of the driver numbers its own, on other connections. */
function keyOf({ address, connectionId, requestId }: CommandEvent): string {
  return `${address} ${connectionId} ${requestId}`;
}
