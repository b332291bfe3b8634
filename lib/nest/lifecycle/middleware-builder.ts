import type { LocalTracer } from '../../context/index.js';
import { keepIdentity } from '../../decorators/keep-identity.js';
import { traceMiddleware } from '../../lifecycle/index.js';
import { memberOf, wrapMethod } from '../../operation/index.js';
import type { Method } from '../prototype-methods.js';
import { nameOfClass } from './class-name.js';

type MiddlewareClass = new (...args: never[]) => object;

/**
 * Traces the middleware that the modules of an application apply in `configure(consumer)`. A class is replaced
 * by a subclass, of which Nest creates the instances, so that the class of the user does not change.
 */
export class TracedMiddleware {
  /** The tracer of the application; empty when it has closed. */
  readonly #users: LocalTracer[];
  /** Nest finds instances by their class, so each class has one subclass. */
  readonly #classes = new WeakMap<object, MiddlewareClass>();

  constructor(tracer: LocalTracer) {
    this.#users = [tracer];
  }

  /**
   * Replaces `configure` of a module's instance.
   *
   * @returns a function that restores it; undefined if the module has no `configure`
   * @throws TypeError if the instance is frozen
   */
  hookModule(instance: object): (() => void) | undefined {
    if (typeof memberOf(instance, 'configure') !== 'function') return undefined;
    return wrapMethod(instance, 'configure', (configure, self, args) => {
      const [consumer] = args;
      if (typeof consumer === 'object' && consumer !== null) this.#hookConsumer(consumer);
      return Reflect.apply(configure, self, args);
    });
  }

  /** The middleware is not traced any more. */
  release(): void {
    this.#users.length = 0;
  }

  /** Nest creates a consumer for each module. */
  #hookConsumer(consumer: object): void {
    if (typeof memberOf(consumer, 'apply') !== 'function') return;
    wrapMethod(consumer, 'apply', (apply, self, middleware) => {
      const traced = middleware.flat().map((one) => this.#trace(one));
      return Reflect.apply(apply, self, traced);
    });
  }

  #trace(middleware: unknown): unknown {
    if (typeof middleware !== 'function') return middleware;
    if (!isClass(middleware)) return this.#traceMethod(middleware as Method, middleware.name);
    let traced = this.#classes.get(middleware);
    if (traced === undefined) {
      traced = this.#subclassOf(middleware as unknown as MiddlewareClass);
      this.#classes.set(middleware, traced);
    }
    return traced;
  }

  #subclassOf(middleware: MiddlewareClass): MiddlewareClass {
    const name = `${nameOfClass(middleware)}.use`;
    const traceMethod = (method: Method): Method => this.#traceMethod(method, name);
    const traced = class extends middleware {
      constructor(...args: never[]) {
        super(...args);
        // A function in a field.
        const own = Object.getOwnPropertyDescriptor(this, 'use');
        if (typeof own?.value === 'function') {
          Object.defineProperty(this, 'use', { ...own, value: traceMethod(own.value) });
        }
      }
    };
    const use = memberOf(middleware.prototype, 'use');
    if (typeof use === 'function') {
      const value = traceMethod(use as Method);
      Object.defineProperty(traced.prototype, 'use', { configurable: true, writable: true, value });
    }
    return Object.defineProperty(traced, 'name', { value: middleware.name });
  }

  #traceMethod(method: Method, name: string): Method {
    const spanName = name === '' ? 'anonymous middleware' : name;
    return keepIdentity(traceMiddleware(method, spanName, this.#users), method);
  }
}

/** Distinguishes classes from functions as Nest does. */
function isClass(middleware: { readonly prototype?: unknown }): boolean {
  const text = Function.prototype.toString.call(middleware);
  if (text.startsWith('class')) return true;
  const { use } = (middleware.prototype ?? {}) as { use?: unknown };
  return /^function [A-Z]/.test(text) && typeof use === 'function';
}
