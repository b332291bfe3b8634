import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { hookJobs, type JobHandler, wrapJobListener } from '../../jobs/index.js';
import { memberOf, wrapMethod } from '../../operation/index.js';
import { fieldsOf, visitInstances } from '../provider-instances.js';
import { originalOf, replaceKeepingIdentity, visitMethods } from '../provider-methods.js';
import { jobListenerOf } from './job-listeners.js';

/**
 * Traces the queues, workers and flow producers of BullMQ and the queues of Bull that are providers or fields
 * of providers, and the listeners for their events, until the application has shut down.
 *
 * `@nestjs/bullmq` creates its workers in `onModuleInit`, or when the application calls `register` of
 * `BullRegistrar`. They are hooked immediately afterwards, before they get their first job.
 */
export class JobHooks implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #handler: JobHandler;
  readonly #restores: (() => void)[] = [];
  readonly #handlerOf = (): JobHandler | undefined => (this.#isActive ? this.#handler : undefined);
  #isActive = true;

  constructor(modules: ModulesContainer, handler: JobHandler) {
    this.#modules = modules;
    this.#handler = handler;
  }

  onModuleInit(): void {
    this.#hookListeners();
    this.#hookQueuesAndWorkers();
    const trouble = 'Jobs that start before the application has started are not traced';
    visitInstances(this.#modules, this.#handler.tracer.diagnostics, trouble, (instance) => {
      if (!isBullRegistrar(instance)) return;
      const restore = wrapMethod(instance, 'register', (register, self, args) => {
        const result = Reflect.apply(register, self, args);
        this.#hookQueuesAndWorkers();
        return result;
      });
      this.#restores.push(restore);
    });
  }

  /** Hooks the queues and workers that other providers have created in `onModuleInit`. */
  onApplicationBootstrap(): void {
    this.#hookQueuesAndWorkers();
  }

  onApplicationShutdown(): void {
    this.#isActive = false;
    for (const restore of this.#restores.splice(0).reverse()) restore();
  }

  #hookListeners(): void {
    const trouble = 'A listener of a queue is not traced: its method could not be replaced';
    visitMethods(this.#modules, this.#handler.tracer.diagnostics, trouble, (method) => {
      const listener = jobListenerOf(method);
      if (listener === undefined) return;
      const traced = wrapJobListener(originalOf(method.function), listener, this.#handlerOf);
      this.#restores.push(replaceKeepingIdentity(method, traced));
    });
  }

  #hookQueuesAndWorkers(): void {
    const { diagnostics } = this.#handler.tracer;
    const trouble = 'The jobs of a queue are not traced: installing the hook failed';
    visitInstances(this.#modules, diagnostics, trouble, (instance) => {
      for (const candidate of [instance, ...fieldsOf(instance)]) {
        // A failure must not prevent the hooks of the instance's other queues.
        try {
          if (typeof candidate !== 'object' || candidate === null) continue;
          const restore = hookJobs(candidate, this.#handlerOf);
          if (restore !== undefined) this.#restores.push(restore);
        } catch (error) {
          diagnostics.report(trouble, error);
        }
      }
    });
  }
}

/** `BullRegistrar` of `@nestjs/bullmq`. */
function isBullRegistrar(instance: object): boolean {
  const explorer = memberOf(instance, 'bullExplorer');
  return (
    typeof memberOf(instance, 'register') === 'function' &&
    typeof explorer === 'object' &&
    explorer !== null &&
    typeof memberOf(explorer, 'registerWorkers') === 'function'
  );
}
