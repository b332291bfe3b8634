import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { LocalTracer } from '../../context/index.js';
import {
  attachMongo,
  isCassandraClient,
  isClickHouseClient,
  isDataSource,
  isMikroOrm,
  isMongooseConnection,
  isSearchClient,
  isSequelize,
  isTraceableMongo,
  isUnpublishedRedis,
  MIKRO_ORM_METHODS,
  MONGOOSE_METHODS,
  SEQUELIZE_METHODS,
  TracedCassandraClient,
  TracedClickHouseClient,
  TracedDataSource,
  TracedMikroOrm,
  TracedMongooseConnection,
  TracedSearchClient,
  TracedSequelize,
  traceUnpublishedRedis,
} from '../../database/index.js';
import { hasMethods } from '../../operation/index.js';
import { visitInstances } from '../provider-instances.js';

/** A tracing that is stopped when its application has shut down. */
interface Attached {
  detach(): void;
}

/** A kind of object that the module traces wherever the container has one. */
interface TracedKind {
  /**
   * Asked first, by the methods alone, so that no accessor of another provider runs: packages for
   * transactions replace `manager` of a `DataSource` by an accessor.
   */
  readonly methods: readonly string[];
  is(instance: object): boolean;
  attach(instance: object, options: { readonly tracer: LocalTracer }): Attached;
}

const KINDS: readonly TracedKind[] = [
  {
    methods: ['createQueryRunner', 'initialize'],
    is: isDataSource,
    attach: (instance, options) => TracedDataSource.attach(instance, options),
  },
  {
    methods: SEQUELIZE_METHODS,
    is: isSequelize,
    attach: (instance, options) => TracedSequelize.attach(instance, options),
  },
  {
    methods: MONGOOSE_METHODS,
    is: isMongooseConnection,
    attach: (instance, options) => TracedMongooseConnection.attach(instance, options),
  },
  {
    methods: ['db', 'connect', 'startSession'],
    is: isTraceableMongo,
    attach: (instance, options) => ({ detach: attachMongo(instance, options) }),
  },
  {
    methods: ['child'],
    is: isSearchClient,
    attach: (instance, options) => TracedSearchClient.attach(instance, options),
  },
  {
    methods: ['query', 'command', 'exec', 'insert', 'ping'],
    is: isClickHouseClient,
    attach: (instance, options) => TracedClickHouseClient.attach(instance, options),
  },
  {
    methods: ['execute', 'batch', 'eachRow'],
    is: isCassandraClient,
    attach: (instance, options) => TracedCassandraClient.attach(instance, options),
  },
  {
    methods: MIKRO_ORM_METHODS,
    is: isMikroOrm,
    attach: (instance, options) => TracedMikroOrm.attach(instance, options),
  },
  {
    methods: ['sendCommand', 'multi'],
    is: isUnpublishedRedis,
    attach(instance) {
      traceUnpublishedRedis(instance);
      return { detach() {} };
    },
  },
];

/**
 * Traces the clients of databases among the providers of an application, see the list above, found by their
 * shapes, from module init until the application has shut down. What a client does while it is made,
 * such as migrations at start, has no spans.
 */
export class DatabaseHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #tracer: LocalTracer;
  readonly #traced: Attached[] = [];

  constructor(modules: ModulesContainer, tracer: LocalTracer) {
    this.#modules = modules;
    this.#tracer = tracer;
  }

  onModuleInit(): void {
    const tracer = this.#tracer;
    visitInstances(this.#modules, tracer.diagnostics, TROUBLE, (instance) => {
      const kind = KINDS.find(({ methods, is }) => hasMethods(instance, methods) && is(instance));
      if (kind !== undefined) this.#traced.push(kind.attach(instance, { tracer }));
    });
  }

  onApplicationShutdown(): void {
    for (const traced of this.#traced.splice(0)) traced.detach();
  }
}

const TROUBLE = 'A database client among the providers could not be traced';
