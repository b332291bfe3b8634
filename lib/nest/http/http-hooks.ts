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
import { enterRequests } from './enter-requests.js';
import { type HookableAdapter, platformHooksOf } from './platform-hooks.js';
import { nameRouteFunctions, routeMethodsOf } from './route-functions.js';

/**
 * Hangs the tracing of HTTP servers on an application: no interceptor, no guard, no package patched.
 * Does nothing in applications that serve no HTTP.
 *
 * | what | when | where |
 * |---|---|---|
 * | names of handlers, exceptions of routes | constructed: modules are scanned, routes not registered | metadata of the controllers' methods |
 * | requests | as soon as the adapter is there, before parsers and routes | the platform's own hooks |
 * | requests that the platform answers before its hooks | module init: the server is there, and not listening | the server |
 * | exceptions of middleware | constructed: Nest registers middleware before module init | the global filters, asked after the application's own |
 * | other exceptions outside of routes | module init: the application's global filters are there | the global filters, asked first |
 */
export class HttpHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #adapterHost: HttpAdapterHost;
  readonly #config: ApplicationConfig;
  readonly #handler: HttpServerHandler;
  readonly #diagnostics: Diagnostics;
  readonly #waitForAdapter: Subscription;
  #adapter: HookableAdapter | undefined;
  #leavePlatform: (() => void) | undefined;
  #leaveServer: (() => void) | undefined;

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
    this.#try('The handlers of routes could not be watched', () => {
      const methods = routeMethodsOf(controllerMethodsOf(modules, diagnostics));
      nameRouteFunctions(methods);
      observeHandlers(methods);
      observeOutsideRoutes(config);
    });
    // At once, except in tests: `Test.createTestingModule` constructs providers before the adapter.
    this.#waitForAdapter = adapterHost.init$.subscribe(() => this.#attach());
  }

  onModuleInit(): void {
    this.#attach();
    const adapter = this.#adapter;
    if (adapter === undefined) return;
    this.#try('The HTTP server could not be watched', () => {
      observeOutsideRoutes(this.#config);
      if (!platformHooksOf(adapter).wrapsServerRequests) return;
      const server = adapter.getHttpServer() as EventEmitter | undefined;
      if (typeof server?.emit === 'function') {
        this.#leaveServer = enterRequests(server, this.#handler);
      }
    });
  }

  onApplicationShutdown(): void {
    this.#waitForAdapter.unsubscribe();
    this.#leavePlatform?.();
    unobserveOutsideRoutes(this.#config);
    this.#leaveServer?.();
  }

  #attach(): void {
    const adapter = this.#adapterHost.httpAdapter as HookableAdapter | null | undefined;
    if (this.#adapter !== undefined || !adapter) return;
    this.#adapter = adapter;
    this.#try('The HTTP platform could not be watched', () => {
      this.#leavePlatform = platformHooksOf(adapter).attach(adapter, this.#handler);
    });
  }

  /** An application must start, whatever its adapter is. */
  #try(trouble: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#diagnostics.report(trouble, error);
    }
  }
}
