import type { DatabaseOperation } from '../database-operation.js';
import type { CommandEvent } from './mongo-shape.js';

/**
 * The commands that have not been answered yet. Should the driver never say how some of them ended, the
 * oldest are given up when there are too many.
 */
export class CommandsInFlight {
  readonly #operations = new Map<string, DatabaseOperation>();
  readonly #maxCount: number;

  /** @param maxCount from 1 on */
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
    operation.fail({ name: 'unanswered', message: 'the driver did not say how it ended' });
    operation.span.tracer.diagnostics.report(
      'A command of MongoDB was given up, because the driver did not say how it ended',
    );
  }
}

/** Requests are counted by the process; another copy of the driver counts anew, on other connections. */
function keyOf({ address, connectionId, requestId }: CommandEvent): string {
  return `${address} ${connectionId} ${requestId}`;
}
