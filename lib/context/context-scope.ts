import { AsyncResource } from 'node:async_hooks';
import { ENTERING_COPIES_FRAME } from './context-frames.js';
import type { ContextStorage } from './context-storage.js';
import type { TracingContext } from './tracing-context.js';

/**
 * A context that is entered repeatedly, such as for the events of a call or the messages of a stream.
 * Other storages have the values of the first entry.
 */
export class ContextScope {
  private resource: AsyncResource | undefined = undefined;

  /** @param remembers only for tests: whether the resource of the first entry is used for later entries */
  constructor(
    private readonly storage: ContextStorage,
    private readonly context: TracingContext,
    private readonly remembers = ENTERING_COPIES_FRAME,
  ) {}

  /** Calls `fn` with the context active, also in all asynchronous work that it starts. */
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
