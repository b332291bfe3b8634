import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { Diagnostics } from '../../diagnostics.js';
import type { GraphqlHandler } from '../../graphql/index.js';
import { visitInstances } from '../provider-instances.js';
import { hookDriver } from './hook-driver.js';

const TROUBLE = 'GraphQL operations are not traced: installing the hook failed';

/**
 * Traces the GraphQL operations of an application, through the driver that `@nestjs/graphql` has among the
 * providers. `GraphQLModule` starts its driver in its own `onModuleInit`, which Nest calls later.
 */
export class GraphqlHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #diagnostics: Diagnostics;
  readonly #handler: GraphqlHandler;
  readonly #restores: (() => void)[] = [];

  constructor(modules: ModulesContainer, diagnostics: Diagnostics, handler: GraphqlHandler) {
    this.#modules = modules;
    this.#diagnostics = diagnostics;
    this.#handler = handler;
  }

  onModuleInit(): void {
    const report = (error: unknown): void => this.#diagnostics.report(TROUBLE, error);
    visitInstances(this.#modules, this.#diagnostics, TROUBLE, (instance) => {
      const restore = hookDriver(instance, this.#handler, report);
      if (restore !== undefined) this.#restores.push(restore);
    });
  }

  onApplicationShutdown(): void {
    this.#handler.finishAll();
    for (const restore of this.#restores.splice(0)) restore();
  }
}
