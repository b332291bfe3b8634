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
 * Hangs the tracing of gRPC on an application: no interceptor of Nest, no guard, no package patched.
 * Does nothing in applications without gRPC.
 *
 * | what | when | where |
 * |---|---|---|
 * | exceptions of handlers | constructed: modules are scanned, handlers not registered | metadata of the controllers' methods |
 * | calls to servers | as soon as Nest announces a server, before it listens | the server's channel options |
 * | calls of clients | module init: all instances are there | the client instances among providers, and in fields of whatever Nest has made |
 */
export class GrpcHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #diagnostics: Diagnostics;
  readonly #serverHandler: GrpcServerHandler | undefined;
  readonly #clientHandler: GrpcClientHandler | undefined;
  readonly #leaveClients: (() => void)[] = [];
  #waitForServers: Subscription | undefined;
  #isActive = true;

  /** @param serverHandler @param clientHandler undefined for the side that is not to be traced */
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
    this.#try('The handlers of gRPC calls could not be watched', () => {
      observeHandlers(grpcFunctionsOf(controllerMethodsOf(modules, diagnostics)));
    });
    const handlerOf = (): GrpcServerHandler | undefined =>
      this.#isActive ? serverHandler : undefined;
    this.#try('gRPC servers could not be watched', () => {
      this.#waitForServers = modules.getRpcTargetRegistry().subscribe((server: unknown) => {
        this.#try('A gRPC server could not be watched', () => hookGrpcServer(server, handlerOf));
      });
    });
  }

  onModuleInit(): void {
    if (this.#clientHandler === undefined) return;
    const handlerOf = (): GrpcClientHandler | undefined =>
      this.#isActive ? this.#clientHandler : undefined;
    const trouble = 'A gRPC client could not be watched';
    visitInstances(this.#modules, this.#diagnostics, trouble, (instance) => {
      for (const candidate of [instance, ...fieldsOf(instance)]) {
        // One that cannot be hooked must not keep the others of the instance from it.
        this.#try(trouble, () => {
          const leave = hookGrpcClient(candidate, handlerOf);
          if (leave !== undefined) this.#leaveClients.push(leave);
        });
      }
    });
  }

  /** Servers and clients are gone; streams that were open may close only after the tracing has shut down. */
  onApplicationShutdown(): void {
    this.#isActive = false;
    this.#waitForServers?.unsubscribe();
    this.#serverHandler?.finishAll();
    this.#clientHandler?.finishAll();
    for (const leave of this.#leaveClients.splice(0)) leave();
  }

  /** An application must start, whatever its servers and clients are. */
  #try(trouble: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#diagnostics.report(trouble, error);
    }
  }
}
