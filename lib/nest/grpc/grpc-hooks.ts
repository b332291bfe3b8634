import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { Subscription } from 'rxjs';
import type { Diagnostics } from '../../diagnostics.js';
import type { GrpcClientHandler } from '../../grpc/client/index.js';
import type { GrpcServerHandler } from '../../grpc/server/index.js';
import { controllerMethodsOf } from '../controller-methods.js';
import { observeHandlers } from '../exception-observer.js';
import { fieldsOf, visitInstances } from '../provider-instances.js';
import { grpcFunctionsOf } from './grpc-functions.js';
import { hookGrpcClient } from './hook-grpc-client.js';
import { hookGrpcServer } from './hook-grpc-server.js';

/**
 * Installs the gRPC hooks of an application, without interceptors or guards of Nest and without patching
 * packages. Does nothing in applications without gRPC.
 *
 * | what | when | where |
 * |---|---|---|
 * | exceptions of handlers | in the constructor: modules are scanned, handlers are not yet registered | metadata of the controllers' methods |
 * | incoming calls | when Nest announces a server, before it listens | the server's channel options |
 * | outgoing calls | in `onModuleInit`: all instances exist | client instances among the providers, and in fields of all instances that Nest created |
 */
export class GrpcHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #diagnostics: Diagnostics;
  readonly #serverHandler: GrpcServerHandler | undefined;
  readonly #clientHandler: GrpcClientHandler | undefined;
  readonly #leaveClients: (() => void)[] = [];
  #waitForServers: Subscription | undefined;
  #isActive = true;

  /**
   * @param serverHandler undefined if incoming calls are not traced
   * @param clientHandler undefined if outgoing calls are not traced
   */
  constructor(
    modules: ModulesContainer,
    diagnostics: Diagnostics,
    serverHandler: GrpcServerHandler | undefined,
    clientHandler: GrpcClientHandler | undefined,
  ) {
    this.#modules = modules;
    this.#diagnostics = diagnostics;
    this.#serverHandler = serverHandler;
    this.#clientHandler = clientHandler;
    if (serverHandler === undefined) return;
    this.#try('Exceptions of gRPC handlers are not recorded: installing the hook failed', () => {
      observeHandlers(grpcFunctionsOf(controllerMethodsOf(modules, diagnostics)));
    });
    const handlerOf = (): GrpcServerHandler | undefined =>
      this.#isActive ? serverHandler : undefined;
    this.#try('gRPC servers are not traced: installing the hook failed', () => {
      this.#waitForServers = modules.getRpcTargetRegistry().subscribe((server: unknown) => {
        this.#try('A gRPC server is not traced: installing the hook failed', () =>
          hookGrpcServer(server, handlerOf),
        );
      });
    });
  }

  onModuleInit(): void {
    if (this.#clientHandler === undefined) return;
    const handlerOf = (): GrpcClientHandler | undefined =>
      this.#isActive ? this.#clientHandler : undefined;
    const trouble = 'A gRPC client is not traced: installing the hook failed';
    visitInstances(this.#modules, this.#diagnostics, trouble, (instance) => {
      for (const candidate of [instance, ...fieldsOf(instance)]) {
        // A failure must not prevent the hooks of the instance's other clients.
        this.#try(trouble, () => {
          const leave = hookGrpcClient(candidate, handlerOf);
          if (leave !== undefined) this.#leaveClients.push(leave);
        });
      }
    });
  }

  /** Servers and clients are closed. Finishes open calls now: streams can close after tracing shuts down. */
  onApplicationShutdown(): void {
    this.#isActive = false;
    this.#waitForServers?.unsubscribe();
    this.#serverHandler?.finishAll();
    this.#clientHandler?.finishAll();
    for (const leave of this.#leaveClients.splice(0)) leave();
  }

  /** Reports an error instead of throwing it: tracing must not prevent the start of the application. */
  #try(trouble: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#diagnostics.report(trouble, error);
    }
  }
}
