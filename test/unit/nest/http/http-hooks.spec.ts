import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { ApplicationConfig, HttpAdapterHost, type ModulesContainer } from '@nestjs/core';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { HttpServerHandler } from '../../../../lib/http/index.js';
import { exceptionObserver } from '../../../../lib/nest/exception-observer.js';
import { HttpHooks } from '../../../../lib/nest/http/http-hooks.js';
import { createTestTracing } from '../../../../lib/testing/index.js';

function setUp(modules: unknown = new Map()) {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
  const host = new HttpAdapterHost();
  const config = new ApplicationConfig();
  const { tracer, close } = createTestTracing();
  close();
  const hooks = new HttpHooks(
    host,
    modules as ModulesContainer,
    config,
    new HttpServerHandler(tracer),
    diagnostics,
  );
  return { hooks, host, config, warnings };
}

describe('HttpHooks', () => {
  it('does nothing to an application without an adapter', () => {
    const { hooks, config, warnings } = setUp();
    hooks.onModuleInit();
    hooks.onApplicationShutdown();
    expect(config.getGlobalFilters()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('attaches once, whenever the adapter comes', () => {
    const { hooks, host } = setUp();
    let useCount = 0;
    const adapter = { getType: () => 'express', use: () => useCount++, getHttpServer: () => {} };
    host.httpAdapter = adapter as never;
    hooks.onModuleInit();
    expect(useCount).toBe(1);
  });

  it('takes everything back when the application shuts down', () => {
    const { hooks, host, config } = setUp();
    const server = new EventEmitter();
    host.httpAdapter = { getType: () => 'other', getHttpServer: () => server } as never;
    hooks.onModuleInit();
    expect(config.getGlobalFilters()).toEqual([exceptionObserver, exceptionObserver]);
    expect(Object.hasOwn(server, 'emit')).toBe(true);
    hooks.onApplicationShutdown();
    expect(config.getGlobalFilters()).toEqual([]);
    expect(Object.hasOwn(server, 'emit')).toBe(false);
  });

  it('lets an application start whose adapter or container is not as expected', () => {
    const { hooks, host, warnings } = setUp({});
    host.httpAdapter = {
      getType: () => 'express',
      getHttpServer: () => undefined,
      use() {
        throw new Error('no middleware here');
      },
    } as never;
    hooks.onModuleInit();
    expect(warnings).toEqual([
      expect.stringMatching(/^The handlers of routes could not be hooked\. .*: TypeError: /),
      'The HTTP platform could not be hooked. Spans of requests can lack routes: Error: no middleware here',
    ]);
  });
});
