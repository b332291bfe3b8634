import { describe, expect, it } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import { GraphqlHandler } from '../../../../lib/graphql/index.js';
import { GraphqlHooks } from '../../../../lib/nest/graphql/graphql-hooks.js';
import { GRAPHQL_PROVIDERS } from '../../../../lib/nest/graphql/graphql-providers.js';
import { modulesOf } from '../../../support/modules-of.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

class MercuriusDriver {
  start(): void {}
  stop(): void {}
  generateSchema(): void {}
}

describe('GraphqlHooks', () => {
  const createTracing = tracingsOfTest();

  it('hook the driver among the providers, until the shutdown', () => {
    const { tracer } = createTracing();
    const driver = new MercuriusDriver();
    const modules = modulesOf([driver]);
    const hooks = new GraphqlHooks(modules, tracer.diagnostics, new GraphqlHandler(tracer));
    hooks.onModuleInit();
    expect(Object.hasOwn(driver, 'start')).toBe(true);
    hooks.onApplicationShutdown();
    expect(Object.hasOwn(driver, 'start')).toBe(false);
  });

  it('are not provided if the option is false, or tracing is switched off', () => {
    const [provider] = GRAPHQL_PROVIDERS;
    const { tracer } = createTracing();
    const create = (graphql: unknown, isEnabled: boolean): unknown =>
      provider?.useFactory(
        new ModulesContainer(),
        { tracer, diagnostics: tracer.diagnostics, isEnabled },
        { graphql },
      );
    expect(create(false, true)).toBeUndefined();
    expect(create({}, false)).toBeUndefined();
    expect(create(undefined, true)).toBeInstanceOf(GraphqlHooks);
  });
});
