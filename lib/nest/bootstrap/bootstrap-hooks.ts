import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { Subscription } from 'rxjs';
import type { Tracing } from '../../assembly/tracing.js';
import { hasMethods, wrapMethod } from '../../operation/index.js';
import type { Clock } from '../../trace/index.js';
import { fieldsOf, visitInstances } from '../provider-instances.js';
import { MODULE_NAME } from './attributes.js';
import { BootstrapTrace } from './bootstrap-trace.js';
import { visitLifecycleHooks } from './lifecycle-hooks.js';
import { isMessageClient, traceConnect, traceListen } from './trace-listen.js';

/**
 * Makes a trace of the start of an application.
 *
 * | what | when | where |
 * |---|---|---|
 * | creation of the instances | from the constructor to the first later step that can be seen | – |
 * | lifecycle hooks | in `onModuleInit`, which Nest calls before those of other modules | the instances |
 * | HTTP server listens | as soon as the adapter exists | the adapter |
 * | servers of messages listen | when Nest announces a server | the server |
 * | clients of messages connect in a hook | in `onModuleInit` | the clients |
 *
 * The hooks and clients are restored when the trace is over, the servers when they listen.
 */
export class BootstrapHooks implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #tracing: Tracing;
  readonly #clock: Clock;
  readonly #trace: BootstrapTrace;
  readonly #createdAt: number | undefined;
  /** Undone when the trace is over. */
  readonly #restores: (() => void)[] = [];
  /** Undone at the shutdown: an application can listen late. */
  readonly #restoresOfServers: (() => void)[] = [];
  readonly #waits: Subscription[] = [];
  #instancesExistAt: number | undefined;
  #adapter: unknown;

  constructor(
    modules: ModulesContainer,
    adapterHost: HttpAdapterHost,
    tracing: Tracing,
    clock: Clock,
  ) {
    this.#modules = modules;
    this.#tracing = tracing;
    this.#clock = clock;
    this.#createdAt = this.#now();
    this.#trace = new BootstrapTrace(
      tracing.tracer,
      () => void tracing.forceFlush(),
      () => this.#undo(this.#restores),
    );
    const trouble = 'The trace of the start can lack servers: installing the hook failed';
    this.#try(trouble, () => {
      this.#waits.push(
        adapterHost.init$.subscribe(() => this.#hookAdapter(adapterHost.httpAdapter)),
        modules.getRpcTargetRegistry().subscribe((server: unknown) => {
          this.#try(trouble, () => {
            this.#instancesExist();
            if (typeof server !== 'object' || server === null || !hasMethods(server, ['listen']))
              return;
            this.#restoresOfServers.push(traceListen(server, this.#trace));
          });
        }),
      );
      this.#hookAdapter(adapterHost.httpAdapter);
    });
  }

  onModuleInit(): void {
    this.#instancesExist();
    const { diagnostics } = this.#tracing;
    const isOwn = ({ providers }: { providers: { has(token: never): boolean } }): boolean =>
      providers.has(BootstrapHooks as never);
    visitLifecycleHooks(this.#modules, diagnostics, isOwn, ({ instance, key, name, module }) => {
      const attributes = { [MODULE_NAME]: module };
      this.#restores.push(
        wrapMethod(instance, key, (hook, self, args) =>
          this.#trace.run(name, attributes, hook, self, args),
        ),
      );
    });
    const trouble = 'The trace of the start can lack connections: installing the hook failed';
    const clients = new Set<object>();
    visitInstances(this.#modules, diagnostics, trouble, (instance) => {
      for (const candidate of [instance, ...fieldsOf(instance)]) {
        if (!isMessageClient(candidate) || clients.has(candidate)) continue;
        clients.add(candidate);
        this.#restores.push(traceConnect(candidate, this.#trace));
      }
    });
  }

  onApplicationBootstrap(): void {
    this.#trace.lastHooksBegin();
  }

  onApplicationShutdown(): void {
    for (const wait of this.#waits.splice(0)) wait.unsubscribe();
    this.#trace.close();
    this.#undo(this.#restoresOfServers);
  }

  #hookAdapter(adapter: unknown): void {
    if (typeof adapter !== 'object' || adapter === null || this.#adapter === adapter) return;
    this.#adapter = adapter;
    this.#try('The trace of the start can lack the HTTP server', () => {
      if (!hasMethods(adapter, ['listen', 'getHttpServer'])) return;
      const { getHttpServer } = adapter as { getHttpServer(): never };
      const serverOf = (): never => Reflect.apply(getHttpServer, adapter, []);
      this.#restoresOfServers.push(traceListen(adapter, this.#trace, serverOf));
      if (!hasMethods(adapter, ['initHttpServer'])) return;
      const restore = wrapMethod(adapter, 'initHttpServer', (init, self, args) => {
        restore();
        // Nest creates the server after all instances.
        this.#try(UNKNOWN_START, () => this.#instancesExist());
        return Reflect.apply(init, self, args);
      });
      this.#restoresOfServers.push(restore);
    });
  }

  /** The root span begins with the first step after the creation: without such a step the start has failed. */
  #instancesExist(): void {
    if (this.#instancesExistAt !== undefined) return;
    this.#instancesExistAt = this.#now() ?? 0;
    this.#trace.begin(this.#createdAt);
    this.#trace.addPast('create instances', this.#createdAt, this.#now());
  }

  /** Epoch milliseconds; undefined if the clock throws. */
  #now(): number | undefined {
    try {
      return this.#clock.originEpochMillis() + this.#clock.now();
    } catch (error) {
      this.#tracing.diagnostics.report(UNKNOWN_START, error);
      return undefined;
    }
  }

  #undo(restores: (() => void)[]): void {
    for (const restore of restores.splice(0).reverse()) restore();
  }

  /** Reports an error instead of throwing it: tracing must not prevent the start of the application. */
  #try(trouble: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#tracing.diagnostics.report(trouble, error);
    }
  }
}

const UNKNOWN_START = 'The trace of the start does not show the creation of instances';
