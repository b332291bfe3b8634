import type { LocalTracer } from '../../context/index.js';
import { type CalledStage, type LifecycleStage, traceStage } from '../../lifecycle/index.js';
import { memberOf, replaceMember } from '../../operation/index.js';
import type { Method } from '../prototype-methods.js';
import { classNameOf } from './class-name.js';
import { insertHandlerLayer } from './handler-layer.js';
import { replacementOf, traceSharedMember } from './shared-member.js';

/** How Nest reads the methods of a class that handles requests. */
export type HandlerSource = 'instance' | 'prototype';

/**
 * Traces the methods of enhancers and controllers of one application, as members of their instances. Classes
 * and prototypes are not changed.
 *
 * The methods do not throw: a method that cannot be replaced is reported, and is not traced.
 */
export class StageMembers {
  readonly #tracer: LocalTracer;
  readonly #stages: ReadonlySet<LifecycleStage>;
  readonly #traced = new WeakMap<object, Set<string>>();
  readonly #releases: (() => void)[] = [];
  /** The replacements for instances of requests, by prototype and key. */
  readonly #replacements = new WeakMap<object, Map<string, Method>>();
  /** Empty after {@link release}: instances of requests keep their replacements. */
  readonly #users: LocalTracer[];

  constructor(tracer: LocalTracer, stages: ReadonlySet<LifecycleStage>) {
    this.#tracer = tracer;
    this.#stages = stages;
    this.#users = [tracer];
  }

  has(stage: LifecycleStage): boolean {
    return this.#stages.has(stage);
  }

  /** Traces a method of an instance that lives as long as the application, or longer. */
  trace(instance: object, key: string, stage: CalledStage): void {
    if (!this.#isNew(instance, key)) return;
    this.#try(() => {
      const className = classNameOf(instance);
      const release = traceSharedMember(instance, key, this.#tracer, (original, users) =>
        traceStage(original, stage, className, key, users),
      );
      this.#releases.push(release);
    });
  }

  /**
   * Traces a method of an instance that Nest has created for one request. Its replacement is not taken back:
   * the instance ends with the request. Call it once for each instance.
   */
  traceForRequest(instance: object, key: string, stage: CalledStage): void {
    this.#try(() => {
      replaceMember(instance, key, this.#replacementFor(instance, key, stage));
    });
  }

  /** Traces methods of a gateway or resolver that lives as long as the application. */
  traceHandlers(instance: object, keys: readonly string[], source: HandlerSource): void {
    if (source === 'instance') {
      for (const key of keys) this.trace(instance, key, 'handler');
      return;
    }
    if (!this.#isNew(instance, 'handlers')) return;
    this.#try(() => {
      const className = classNameOf(instance);
      const release = insertHandlerLayer(instance, keys, this.#tracer, (key, original, users) =>
        traceStage(original, 'handler', className, key, users),
      );
      this.#releases.push(release);
    });
  }

  /** Restores all methods. */
  release(): void {
    this.#users.length = 0;
    for (const release of this.#releases.splice(0).reverse()) release();
  }

  #isNew(instance: object, key: string): boolean {
    const keys = this.#traced.get(instance);
    if (keys === undefined) this.#traced.set(instance, new Set([key]));
    else if (keys.has(key)) return false;
    else keys.add(key);
    return true;
  }

  #replacementFor(instance: object, key: string, stage: CalledStage): Method {
    const create = (): Method =>
      replacementOf(memberOf(instance, key) as Method, this.#users, (original, users) =>
        traceStage(original, stage, classNameOf(instance), key, users),
      );
    // A function in a field is a new one for each instance.
    if (Object.hasOwn(instance, key)) return create();
    const prototype = Object.getPrototypeOf(instance) as object;
    let replacements = this.#replacements.get(prototype);
    if (replacements === undefined) {
      replacements = new Map();
      this.#replacements.set(prototype, replacements);
    }
    let replacement = replacements.get(key);
    if (replacement === undefined) {
      replacement = create();
      replacements.set(key, replacement);
    }
    return replacement;
  }

  #try(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#tracer.diagnostics.report(
        'A guard, pipe, interceptor, filter or handler has no spans: its method could not be replaced',
        error,
      );
    }
  }
}
