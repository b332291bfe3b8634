import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { LocalTracer } from '../../context/index.js';
import { isDataSource, TracedDataSource } from '../../database/index.js';
import { memberOf } from '../../operation/index.js';
import { visitInstances } from '../provider-instances.js';

/**
 * Traces every TypeORM `DataSource` among the providers of an application, found by its shape, from
 * module init until the application has shut down. What a `DataSource` does while it is made, such as
 * migrations at start, has no spans.
 */
export class DatabaseHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #tracer: LocalTracer;
  readonly #traced: TracedDataSource[] = [];

  constructor(modules: ModulesContainer, tracer: LocalTracer) {
    this.#modules = modules;
    this.#tracer = tracer;
  }

  onModuleInit(): void {
    const { diagnostics } = this.#tracer;
    visitInstances(this.#modules, diagnostics, 'A DataSource could not be traced', (instance) => {
      if (!hasMethodsOfDataSource(instance) || !isDataSource(instance)) return;
      this.#traced.push(TracedDataSource.attach(instance, { tracer: this.#tracer }));
    });
  }

  onApplicationShutdown(): void {
    for (const traced of this.#traced.splice(0)) traced.detach();
  }
}

/**
 * Asked first, because `isDataSource` reads `manager`, which packages for transactions replace by an
 * accessor: of other providers no accessor may run.
 */
function hasMethodsOfDataSource(instance: object): boolean {
  return ['createQueryRunner', 'initialize'].every(
    (key) => typeof memberOf(instance, key) === 'function',
  );
}
