import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { Context, ContextManager } from '@opentelemetry/api';
import { bindEmitter } from './bind-emitter.js';
import type { ContextCarrier } from './context-carrier.js';
import { ENTERING_COPIES_FRAME } from './context-frames.js';
import { TracingContext } from './tracing-context.js';

type AnyFunction = (...args: never[]) => unknown;

/**
 * Propagates the active context through asynchronous code. It implements the context manager of
 * `@opentelemetry/api`.
 */
export class ContextStorage implements ContextManager {
  readonly #ownStorage = new AsyncLocalStorage<TracingContext>();
  #storage: ContextCarrier = this.#ownStorage;

  /** @param entersByResource only for tests: whether {@link runEntry} uses a resource */
  constructor(private readonly entersByResource = ENTERING_COPIES_FRAME) {}

  /**
   * Makes `carrier` carry the contexts, in place of the storage's own AsyncLocalStorage, so that code
   * which uses the carrier shares the active context. Work that is under way loses its context.
   *
   * @param carrier undefined for the storage's own one
   */
  carryBy(carrier: ContextCarrier | undefined): void {
    this.#storage = carrier ?? this.#ownStorage;
  }

  /** Returns the active context; the root context outside any operation. */
  active(): TracingContext {
    return this.#storage.getStore() ?? TracingContext.ROOT;
  }

  /** Runs `fn` with `context` active, also in all asynchronous work that it starts. */
  run<T>(context: TracingContext, fn: () => T): T {
    return this.#storage.run(context, fn);
  }

  /**
   * Like {@link run}, for a function that handles an incoming unit of work: nothing of it is active afterwards,
   * also no value that it has given another AsyncLocalStorage by `enterWith`.
   */
  runEntry<T>(context: TracingContext, fn: () => T): T {
    if (!this.entersByResource || this.#storage !== this.#ownStorage) return this.run(context, fn);
    // The resource restores the frame of the caller, so only one is made. `run` makes two.
    return new AsyncResource('nestjs-traced').runInAsyncScope(enterAndRun, this, context, fn) as T;
  }

  /**
   * Runs `fn`, and all work that it starts, with tracing suppressed: an export must not create spans,
   * which would need an export themselves. The context is empty otherwise, so that timers and sockets of
   * an export retain no request.
   */
  runSuppressed<T>(fn: () => T): T {
    return this.#storage.run(TracingContext.SUPPRESSED, fn);
  }

  /** Like {@link run}, for a function with `this` and arguments. Needs no closure. */
  call<T>(
    context: TracingContext,
    fn: (this: never, ...args: never[]) => T,
    self: unknown,
    args: ArrayLike<unknown>,
  ): T {
    return this.#storage.run(context, Reflect.apply, fn, self, args) as T;
  }

  /**
   * Makes `context` active until {@link leave}. For callers that call the user's function directly: each
   * function in between adds a frame to the stack of an error, and V8 keeps only ten frames. The caller
   * must call {@link leave} in the same turn, also after an exception.
   */
  enter(context: TracingContext): void {
    this.#storage.enterWith(context);
  }

  /**
   * Restores the context that was active before {@link enter}.
   *
   * @param outer the result of `active()` before {@link enter}
   */
  leave(outer: TracingContext): void {
    this.#storage.enterWith(outer === TracingContext.ROOT ? (undefined as never) : outer);
  }

  /**
   * What a channel of Node enters contexts of this storage by: it wants an AsyncLocalStorage. This one stores
   * nothing itself, because another one may carry the contexts.
   */
  createEntrance(): AsyncLocalStorage<unknown> {
    return new ContextEntrance(this) as AsyncLocalStorage<unknown>;
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
   * Binds a function, or the listeners that are added to an emitter later, to `context`. Returns any other
   * value unchanged.
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
   * Makes `context` active until `dispose` of the returned token restores the previous one. Prefer `with`,
   * which restores it automatically. An optional part of the API's contract since 1.10.
   */
  attach(context: Context): { dispose(): void } {
    const previous = this.#storage.getStore() ?? TracingContext.ROOT;
    this.#storage.enterWith(TracingContext.from(context));
    return { dispose: () => this.#storage.enterWith(previous) };
  }

  /** Part of the contract; has no effect, because the storage is always enabled. */
  enable(): this {
    return this;
  }

  /** Part of the contract; has no effect, because all applications of the process share the storage. */
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

function enterAndRun<T>(this: ContextStorage, context: TracingContext, fn: () => T): T {
  this.enter(context);
  return fn();
}

class ContextEntrance extends AsyncLocalStorage<TracingContext> {
  constructor(private readonly storage: ContextStorage) {
    super();
  }

  /** Called by Node 20 to 25. */
  override run<R, A extends unknown[]>(
    context: TracingContext,
    fn: (...args: A) => R,
    ...args: A
  ): R {
    return this.storage.run(context, () => fn(...args));
  }

  /** Called by Node 26. */
  withScope(context: TracingContext): Disposable {
    const outer = this.storage.active();
    this.storage.enter(context);
    return { [Symbol.dispose]: () => this.storage.leave(outer) };
  }
}
