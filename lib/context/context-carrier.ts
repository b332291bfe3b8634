import type { ContextManager } from '@opentelemetry/api';
import { TracingContext } from './tracing-context.js';

/** Carries a context through asynchronous code. An AsyncLocalStorage is one. */
export interface ContextCarrier {
  /** The active context; undefined outside any operation. */
  getStore(): TracingContext | undefined;
  /** Runs `fn` with `context` active. */
  run<R, A extends unknown[]>(context: TracingContext, fn: (...args: A) => R, ...args: A): R;
  /** Makes `context` active from here on; undefined makes the root context active. */
  enterWith(context: TracingContext): void;
}

/** What context managers have beside their contract, by which a context is entered without a function. */
interface Enterable {
  /** Since 1.10 of the API, and 2.11 of OpenTelemetry's SDK. */
  attach?(context: TracingContext): unknown;
  /** In the managers of earlier SDKs, and in those that extend them. */
  readonly _asyncLocalStorage?: { enterWith(context: TracingContext): void };
}

/**
 * Keeps the active context in a context manager of `@opentelemetry/api`. Libraries that use the manager
 * then see the same active span as this library.
 */
export class ManagedCarrier implements ContextCarrier {
  readonly #manager: ContextManager;
  readonly #enter: (context: TracingContext) => void;

  private constructor(manager: ContextManager, enter: (context: TracingContext) => void) {
    this.#manager = manager;
    this.#enter = enter;
  }

  /**
   * The carrier of a manager; undefined if the manager can only run functions in a context, because
   * traced methods enter contexts without a function of their own.
   */
  static of(manager: ContextManager): ManagedCarrier | undefined {
    const { attach, _asyncLocalStorage: storage } = manager as Enterable;
    if (typeof attach === 'function') {
      return new ManagedCarrier(manager, (context) => attach.call(manager, context));
    }
    if (typeof storage?.enterWith !== 'function') return undefined;
    return new ManagedCarrier(manager, (context) => storage.enterWith(context));
  }

  getStore(): TracingContext {
    return TracingContext.from(this.#manager.active());
  }

  run<R, A extends unknown[]>(context: TracingContext, fn: (...args: A) => R, ...args: A): R {
    return this.#manager.with(context, fn as (...args: unknown[]) => R, undefined, ...args);
  }

  enterWith(context: TracingContext | undefined): void {
    this.#enter(context ?? TracingContext.ROOT);
  }
}
