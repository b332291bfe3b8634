import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { LocalTracer } from '../../context/index.js';
import {
  isCassandraClient,
  isClickHouseClient,
  isDataSource,
  isSearchClient,
  TracedCassandraClient,
  TracedClickHouseClient,
  TracedDataSource,
  TracedSearchClient,
} from '../../database/index.js';
import { memberOf } from '../../operation/index.js';
import { visitInstances } from '../provider-instances.js';

/** The tracing of one client. */
interface TracedClient {
  detach(): void;
}

/**
 * Traces the clients of databases among the providers of an application, found by their shapes, from module
 * init until the application has shut down: each `DataSource` of TypeORM, and clients of Elasticsearch,
 * OpenSearch, ClickHouse and Cassandra. What a client does while it is made, such as migrations at start, has no spans.
 */
export class DatabaseHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #tracer: LocalTracer;
  readonly #traced: TracedClient[] = [];

  constructor(modules: ModulesContainer, tracer: LocalTracer) {
    this.#modules = modules;
    this.#tracer = tracer;
  }

  onModuleInit(): void {
    const { diagnostics } = this.#tracer;
    visitInstances(
      this.#modules,
      diagnostics,
      'The client of a database could not be traced',
      (instance) => {
        const traced = this.#attach(instance);
        if (traced !== undefined) this.#traced.push(traced);
      },
    );
  }

  #attach(instance: object): TracedClient | undefined {
    const options = { tracer: this.#tracer };
    if (hasMethodsOfDataSource(instance) && isDataSource(instance)) {
      return TracedDataSource.attach(instance, options);
    }
    if (isSearchClient(instance)) return TracedSearchClient.attach(instance, options);
    if (isClickHouseClient(instance)) return TracedClickHouseClient.attach(instance, options);
    if (isCassandraClient(instance)) return TracedCassandraClient.attach(instance, options);
    return undefined;
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
