import type { RedisHandler, RedisOperation } from '../../../../lib/database/redis/redis.handler.js';
import type { RedisCommand } from '../../../../lib/database/redis/redis-command.js';

/** Writes down what is begun and how it ends. */
export class HandlerDouble {
  readonly events: string[] = [];
  /** False if commands have no span. */
  isTracing = true;

  begin(command: RedisCommand, server: unknown): RedisOperation | undefined {
    if (!this.isTracing) return undefined;
    const { name, batch, args = [] } = command;
    const what =
      batch === undefined ? `${name}(${args.join()})` : `${name}[${batch.map((one) => one.name)}]`;
    const at = server as
      | { serverAddress?: string; serverPort?: number; database?: number }
      | undefined;
    const place = at === undefined ? '' : ` at ${at.serverAddress}:${at.serverPort}/${at.database}`;
    this.events.push(`begin ${what}${place}`);
    let isOver = false;
    const end = (text: string): void => {
      if (!isOver) this.events.push(text);
      isOver = true;
    };
    return {
      run: (send) => send(),
      wentTo: () => {},
      finish: () => end(`finish ${name}`),
      fail: (error) => end(`fail ${name}: ${(error as Error).message}`),
    };
  }

  /** The same, for functions that take a handler. */
  get handler(): RedisHandler {
    return this as unknown as RedisHandler;
  }
}
