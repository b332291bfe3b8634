import { describe, expect, it } from '@jest/globals';
import { DatabaseHooks } from '../../../../lib/nest/database/database-hooks.js';
import { DATABASE_PROVIDERS } from '../../../../lib/nest/database/database-providers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function createDataSource() {
  return {
    options: { type: 'postgres' },
    manager: { transaction: async () => {} },
    initialize: () => {},
    createQueryRunner: () => ({}),
  };
}

function modulesOf(...instances: unknown[]): never {
  const providers = new Map(instances.map((instance, index) => [index, { instance }]));
  const module = { providers, controllers: new Map(), injectables: new Map() };
  return new Map([['module', module]]) as never;
}

describe('DatabaseHooks', () => {
  it('trace each DataSource among the providers until the application has shut down', () => {
    const { tracer } = createTracing();
    const dataSource = createDataSource();
    const original = dataSource.createQueryRunner;
    const hooks = new DatabaseHooks(modulesOf(null, {}, 'text', dataSource), tracer);
    hooks.onModuleInit();
    expect(dataSource.createQueryRunner).not.toBe(original);
    hooks.onApplicationShutdown();
    expect(dataSource.createQueryRunner).toBe(original);
  });

  it('trace clients of Elasticsearch and OpenSearch', () => {
    const { tracer } = createTracing();
    const transport = { request: () => {} };
    const { request } = transport;
    const client = { transport, connectionPool: {}, child: () => ({}) };
    const hooks = new DatabaseHooks(modulesOf(client), tracer);
    hooks.onModuleInit();
    expect(transport.request).not.toBe(request);
    hooks.onApplicationShutdown();
    expect(transport.request).toBe(request);
  });

  it('trace a DataSource whose manager is an accessor, and run none of other providers', () => {
    const { tracer, warnings } = createTracing();
    const { manager, ...others } = createDataSource();
    const dataSource = Object.defineProperty(others, 'manager', { get: () => manager });
    const original = dataSource.createQueryRunner;
    const read: string[] = [];
    const provider = Object.defineProperties(
      {},
      Object.fromEntries(
        Object.keys(createDataSource()).map((key) => [key, { get: () => read.push(key) }]),
      ),
    );
    const hooks = new DatabaseHooks(modulesOf(provider, dataSource), tracer);
    hooks.onModuleInit();
    expect(dataSource.createQueryRunner).not.toBe(original);
    hooks.onApplicationShutdown();
    expect(read).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('let an application start whose DataSource cannot be traced', () => {
    const { tracer, warnings } = createTracing();
    const hooks = new DatabaseHooks(modulesOf(Object.freeze(createDataSource())), tracer);
    expect(() => hooks.onModuleInit()).not.toThrow();
    expect(warnings[0]).toContain(
      'A database client among the providers could not be traced: TypeError',
    );
  });
});

describe('DATABASE_PROVIDERS', () => {
  it.each([
    [{}, true, true],
    [{ database: { queryText: 'none' } }, true, true],
    [{ database: false }, true, false],
    [{}, false, false],
  ])('make hooks or not: %j, enabled %p', (options, isEnabled, areMade) => {
    const { tracer } = createTracing();
    const hooks = DATABASE_PROVIDERS[0]?.useFactory(modulesOf(), { tracer, isEnabled }, options);
    expect(hooks instanceof DatabaseHooks).toBe(areMade);
  });
});
