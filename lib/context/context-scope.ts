import { AsyncResource } from 'node:async_hooks';
import type { ContextStorage } from './context-storage.js';
import type { TracingContext } from './tracing-context.js';

/**
 * From Node 24 on entering a context copies what all storages hold, and leaving it does so again; a
 * resource remembers the copy. Before, resources are what is dear.
 */
const REMEMBERS = Number(process.versions.node.split('.')[0]) >= 24;

/**
 * A context that is entered again and again, as for the events of a call or the messages of a stream.
 *
 * What other storages hold is seen as it was at the first entry.
 */
export class ContextScope {
  private resource: AsyncResource | undefined = undefined;

  /** @param remembers for tests: whether what the first entry made is kept for the next */
  constructor(
    private readonly storage: ContextStorage,
    private readonly context: TracingContext,
    private readonly remembers = REMEMBERS,
  ) {}

  /** Calls `fn` with the context active, also in everything that it starts. */
  call<T>(fn: (this: never, ...args: never[]) => T, self: unknown, args: readonly unknown[]): T {
    if (this.resource !== undefined) {
      return this.resource.runInAsyncScope(Reflect.apply, undefined, fn, self, args) as T;
    }
    if (!this.remembers) return this.storage.call(this.context, fn, self, args);
    return this.storage.call(this.context, this.callFirst<T>, this, [fn, self, args]);
  }

  private callFirst<T>(
    fn: (this: never, ...args: never[]) => T,
    self: unknown,
    args: readonly unknown[],
  ): T {
    this.resource = new AsyncResource('TracingContext');
    return Reflect.apply(fn as (...all: unknown[]) => T, self, args);
  }
}
