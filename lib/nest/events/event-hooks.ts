import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { contextStorage, currentTracer, type LocalTracer } from '../../context/index.js';
import { methodTracing, withSpanAttributes } from '../../decorators/index.js';
import { type EventHandlerCalls, PublishedEvents } from '../../events/index.js';
import type { Method } from '../prototype-methods.js';
import { visitInstances } from '../provider-instances.js';
import { originalOf, replaceKeepingIdentity, visitMethods } from '../provider-methods.js';
import { handlerMethodOf } from './handler-methods.js';
import { hookEventBus } from './hook-event-bus.js';

/**
 * Traces the event listeners of `@nestjs/event-emitter`, and the handlers and sagas of `@nestjs/cqrs`, from
 * module init until the application has shut down. Both packages read these methods later.
 */
export class EventHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #tracer: LocalTracer;
  readonly #calls: EventHandlerCalls;
  readonly #restores: (() => void)[] = [];

  constructor(modules: ModulesContainer, tracer: LocalTracer, calls: EventHandlerCalls) {
    this.#modules = modules;
    this.#tracer = tracer;
    this.#calls = calls;
  }

  onModuleInit(): void {
    const { diagnostics, application } = this.#tracer;
    const isOwn = (): boolean => currentTracer()?.application === application;
    const noSpan = 'An event handler is not traced: its method could not be replaced';
    visitMethods(this.#modules, diagnostics, noSpan, (method) => {
      const handler = handlerMethodOf(method);
      if (handler === undefined) return;
      const attributes = this.#calls.attributesOf(handler);
      if (attributes === undefined) return;
      const original = originalOf(method.function);
      const isSaga = handler.type === 'saga';
      const isTracedSaga = isSaga && methodTracing(method.target, method.key) === 'traced';
      // A handler with `@Traced()` has one span, not one in another.
      const traced =
        (isSaga ? undefined : withSpanAttributes(original, attributes)) ??
        this.#calls.wrap(
          isTracedSaga ? withoutSpan(original) : original,
          handler,
          method.isPrototype ? isOwn : undefined,
        );
      if (traced !== undefined) this.#restores.push(replaceKeepingIdentity(method, traced));
    });
    const events = new PublishedEvents();
    const noContext = 'The handlers of an event bus can lack the context of the publisher';
    visitInstances(this.#modules, diagnostics, noContext, (instance) => {
      const restore = hookEventBus(instance, events);
      if (restore !== undefined) this.#restores.push(restore);
    });
  }

  onApplicationShutdown(): void {
    this.#calls.stop();
    // In reverse order: two hooks can have replaced the same method.
    for (const restore of this.#restores.splice(0).reverse()) restore();
  }
}

/**
 * Returns a function that calls a saga with `@Traced()` without the span of that. The span would last as long as the
 * application, and the commands would arrive in the context of the start, not in that of their event.
 */
function withoutSpan(saga: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const context = contextStorage.active().withSuppressed(true);
    return contextStorage.call(context, saga, this, args);
  };
}
