import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { Context, ContextManager } from '@opentelemetry/api';
import { bindEmitter } from './bind-emitter.js';
import type { ContextCarrier } from './context-carrier.js';
import { TracingContext } from './tracing-context.js';

type AnyFunction = (...args: never[]) => unknown;

/**
 * Carries the active context through asynchronous code, and is usable as the context manager of
 * `@opentelemetry/api`.
 */
export class ContextStorage implements ContextManager {
  readonly #ownStorage = new AsyncLocalStorage<TracingContext>();
  #storage: ContextCarrier = this.#ownStorage;

  /**
   * Makes `carrier` carry the contexts, in place of the storage's own AsyncLocalStorage, so that code
   * which uses the carrier shares the active context. Work that is under way loses its context.
   *
   * @param carrier undefined for the storage's own one
   */
  carryBy(carrier: ContextCarrier | undefined): void {
    this.#storage = carrier ?? this.#ownStorage;
  }

  /** The active context; the root context outside any operation. */
  active(): TracingContext {
    return this.#storage.getStore() ?? TracingContext.ROOT;
  }

  /** Runs `fn` with `context` active, also in everything that it starts. */
  run<T>(context: TracingContext, fn: () => T): T {
    return this.#storage.run(context, fn);
  }

  /** As {@link run}, for a function with `this` and arguments: without a closure around it. */
  call<T>(
    context: TracingContext,
    fn: (this: never, ...args: never[]) => T,
    self: unknown,
    args: ArrayLike<unknown>,
  ): T {
    return this.#storage.run(context, Reflect.apply, fn, self, args) as T;
  }

  /**
   * Makes `context` active until {@link leave}. For callers that call the function themselves: each
   * function between caller and callee is a frame in the stack of every error, of which V8 keeps ten.
   * The caller must leave in the same turn, whatever happens.
   */
  enter(context: TracingContext): void {
    this.#storage.enterWith(context);
  }

  /**
   * Makes the context active again that was active before {@link enter}.
   *
   * @param outer what `active()` returned before
   */
  leave(outer: TracingContext): void {
    this.#storage.enterWith(outer === TracingContext.ROOT ? (undefined as never) : outer);
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(TracingContext.from(context), () =>
      Reflect.apply(fn, thisArg, args),
    ) as ReturnType<F>;
  }

  /**
   * The given function, or the listeners that will be added to the given emitter, run in `context`
   * whoever calls them. Anything else is handed back as it is.
   */
  bind<T>(context: Context, target: T): T {
    const bound = TracingContext.from(context);
    if (typeof target === 'function') return this.#bindFunction(bound, target as AnyFunction) as T;
    if (target instanceof EventEmitter) {
      return bindEmitter(target, (listener) => this.#bindFunction(bound, listener)) as T;
    }
    return target;
  }

  /**
   * Makes `context` active from here on, until `dispose` of the returned token makes the previous one
   * active again. Prefer `with`, which cannot be forgotten. An optional part of the API's contract
   * since 1.10.
   */
  attach(context: Context): { dispose(): void } {
    const previous = this.#storage.getStore() ?? TracingContext.ROOT;
    this.#storage.enterWith(TracingContext.from(context));
    return { dispose: () => this.#storage.enterWith(previous) };
  }

  /** Part of the contract; the storage needs no switching on. */
  enable(): this {
    return this;
  }

  /** Part of the contract. The storage is shared by all applications of the process, so it stays. */
  disable(): this {
    return this;
  }

  #bindFunction<F extends AnyFunction>(context: TracingContext, fn: F): F {
    const storage = this.#storage;
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return storage.run(context, () => Reflect.apply(fn, this, args as never[]));
    };
    Object.defineProperty(bound, 'length', { configurable: true, value: fn.length });
    Object.defineProperty(bound, 'name', { configurable: true, value: fn.name });
    return bound as unknown as F;
  }
}
