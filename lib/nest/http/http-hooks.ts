import type { EventEmitter } from 'node:events';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { Subscription } from 'rxjs';
import type { Diagnostics } from '../../diagnostics.js';
import type { HttpServerHandler } from '../../http/index.js';
import { controllerMethodsOf } from '../controller-methods.js';
import {
  observeHandlers,
  observeOutsideRoutes,
  unobserveOutsideRoutes,
} from '../exception-observer.js';
import { observeEvents } from './observe-events.js';
import { type HookableAdapter, hookPlatform, hookServer } from './platform-hooks.js';
import { nameRouteFunctions, routeMethodsOf } from './route-functions.js';

/**
 * Installs the hooks that trace the HTTP server of an application. It uses no interceptor and no guard,
 * patches no package, and does nothing in an application without an HTTP server.
 *
 * | For | When | Where |
 * |---|---|---|
 * | names of handlers, exceptions of routes | constructor: modules are scanned, routes not registered | metadata of the controllers' methods |
 * | failures of server-sent events | constructor | the methods with `@Sse()` |
 * | routes, failures of streams, and contexts that middleware has lost | as soon as the adapter exists | the functions that Nest gives to the adapter |
 * | requests that do not come from the application's server | as soon as the adapter exists, before parsers and routes | the hooks of the platform |
 * | all other requests | module init: the server exists, and does not listen | the server |
 * | exceptions of middleware | constructor: Nest registers middleware before module init | the global filters, evaluated after the application's own |
 * | other exceptions outside of routes | module init: the application's global filters exist | the global filters, evaluated first |
 */
export class HttpHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #adapterHost: HttpAdapterHost;
  readonly #config: ApplicationConfig;
  readonly #handler: HttpServerHandler;
  readonly #diagnostics: Diagnostics;
  readonly #waitForAdapter: Subscription;
  #adapter: HookableAdapter | undefined;
  #unhookPlatform: (() => void) | undefined;
  #unhookServer: (() => void) | undefined;
  readonly #restores: (() => void)[] = [];

  constructor(
    adapterHost: HttpAdapterHost,
    modules: ModulesContainer,
    config: ApplicationConfig,
    handler: HttpServerHandler,
    diagnostics: Diagnostics,
  ) {
    this.#adapterHost = adapterHost;
    this.#config = config;
    this.#handler = handler;
    this.#diagnostics = diagnostics;
    this.#try(
      'The handlers of routes could not be hooked. Spans of requests can lack function names and exceptions',
      () => {
        const methods = routeMethodsOf(controllerMethodsOf(modules, diagnostics));
        nameRouteFunctions(methods);
        observeHandlers(methods);
        // Last: its replacements get the metadata.
        for (const method of methods) {
          const restore = observeEvents(method);
          if (restore !== undefined) this.#restores.push(restore);
        }
        observeOutsideRoutes(config);
      },
    );
    // At once, except in tests: `Test.createTestingModule` creates providers before the adapter.
    this.#waitForAdapter = adapterHost.init$.subscribe(() => this.#hookAdapter());
  }

  onModuleInit(): void {
    this.#hookAdapter();
    const adapter = this.#adapter;
    if (adapter === undefined) return;
    this.#try('The HTTP server could not be hooked. Some requests can lack spans', () => {
      observeOutsideRoutes(this.#config);
      const server = adapter.getHttpServer() as EventEmitter | undefined;
      if (typeof server?.emit === 'function') {
        this.#unhookServer = hookServer(server, this.#handler);
      }
    });
  }

  onApplicationShutdown(): void {
    this.#waitForAdapter.unsubscribe();
    this.#unhookPlatform?.();
    unobserveOutsideRoutes(this.#config);
    this.#unhookServer?.();
    for (const restore of this.#restores.splice(0)) restore();
  }

  #hookAdapter(): void {
    const adapter = this.#adapterHost.httpAdapter as HookableAdapter | null | undefined;
    if (this.#adapter !== undefined || !adapter) return;
    this.#adapter = adapter;
    this.#try('The HTTP platform could not be hooked. Spans of requests can lack routes', () => {
      this.#unhookPlatform = hookPlatform(adapter, this.#handler);
    });
  }

  /** The application must start with any adapter. */
  #try(trouble: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#diagnostics.report(trouble, error);
    }
  }
}
