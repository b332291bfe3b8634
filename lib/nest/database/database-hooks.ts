import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { LocalTracer } from '../../context/index.js';
import { isDataSource, TracedDataSource } from '../../database/index.js';

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
    for (const { providers } of this.#modules.values()) {
      for (const { instance } of providers.values()) {
        if (!isDataSource(instance)) continue;
        // An application must start, whatever its data sources are.
        try {
          this.#traced.push(TracedDataSource.attach(instance, { tracer: this.#tracer }));
        } catch (error) {
          this.#tracer.diagnostics.report('A DataSource could not be traced', error);
        }
      }
    }
  }

  onApplicationShutdown(): void {
    for (const traced of this.#traced.splice(0)) traced.detach();
  }
}
