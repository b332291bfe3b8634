import type { OnApplicationShutdown } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { currentTracer, type LocalTracer } from '../../context/index.js';
import { memberOf, wrapMethod } from '../../operation/index.js';
import type { WebSocketHandler } from '../../websocket/index.js';
import { observeHandlers } from '../exception-observer.js';
import { type ProviderMethod, replaceKeepingIdentity, visitMethods } from '../provider-methods.js';
import { deliverInContext } from './answers-in-context.js';
import {
  isGatewayMethod,
  namespaceOf,
  SubscriptionNames,
  subscriptionOf,
} from './gateway-methods.js';
import { hookAdapter } from './hook-adapter.js';

const LIFECYCLE_METHODS: ReadonlyMap<string, string> = new Map([
  ['handleConnection', 'connect'],
  ['handleDisconnect', 'disconnect'],
]);

/**
 * Traces the WebSocket gateways of an application. It installs its hooks when the application gets its adapter:
 * all instances exist then, and Nest has not read the methods of the gateways yet. Does nothing in an
 * application without gateways.
 */
export class WebSocketHooks implements OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #tracer: LocalTracer;
  readonly #handler: WebSocketHandler;
  readonly #names = new SubscriptionNames();
  readonly #restores: (() => void)[] = [];
  #isActive = true;
  #hasReadGateways = false;

  constructor(
    modules: ModulesContainer,
    config: ApplicationConfig,
    tracer: LocalTracer,
    handler: WebSocketHandler,
  ) {
    this.#modules = modules;
    this.#tracer = tracer;
    this.#handler = handler;
    this.#try(() => {
      const restore = wrapMethod(config, 'setIoAdapter', (setIoAdapter, self, args) => {
        this.#try(() => this.#hook(args[0]));
        return Reflect.apply(setIoAdapter, self, args);
      });
      this.#restores.push(restore);
    });
  }

  /** Nest has closed the adapter. */
  onApplicationShutdown(): void {
    this.#isActive = false;
    this.#handler.finishAll();
    for (const restore of this.#restores.splice(0).reverse()) restore();
  }

  #hook(adapter: unknown): void {
    if (!this.#isActive) return;
    this.#readGateways();
    const restore = hookAdapter(
      adapter,
      () => (this.#isActive ? this.#handler : undefined),
      (event, client) => this.#names.nameOf(event, namespaceOfClient(client)),
    );
    if (restore !== undefined) this.#restores.push(restore);
  }

  #readGateways(): void {
    if (this.#hasReadGateways) return;
    this.#hasReadGateways = true;
    const trouble = 'A WebSocket gateway could not be hooked. Its spans can be incomplete';
    visitMethods(this.#modules, this.#tracer.diagnostics, trouble, (method) => {
      if (!isGatewayMethod(method)) return;
      const subscription = subscriptionOf(method);
      if (subscription !== undefined) {
        this.#names.add(subscription);
        // The replacement gets the metadata.
        observeHandlers([subscription]);
        this.#restores.push(deliverInContext(method));
      }
      const name = LIFECYCLE_METHODS.get(method.key);
      if (name !== undefined && this.#handler.hasConnectionSpans) this.#trace(method, name);
    });
  }

  /** Gives the calls of `handleConnection` or `handleDisconnect` spans. */
  #trace(method: ProviderMethod, verb: string): void {
    const { function: original, isPrototype, name: functionName } = method;
    const namespace = namespaceOf(method.metatype);
    const name = namespace === undefined ? verb : `${verb} ${namespace}`;
    const handler = this.#handler;
    const { application } = this.#tracer;
    const restore = replaceKeepingIdentity(method, function (this: unknown, ...args) {
      // All applications of the process share a prototype.
      if (isPrototype && currentTracer(this)?.application !== application) {
        return Reflect.apply(original, this, args);
      }
      return handler.callLifecycleMethod(name, functionName, original, this, args);
    });
    this.#restores.push(restore);
  }

  /** Reports an error instead of throwing it: tracing must not prevent the start of the application. */
  #try(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#tracer.diagnostics.report(
        'WebSocket gateways are not traced: installing the hook failed',
        error,
      );
    }
  }
}

function namespaceOfClient(client: object): string | undefined {
  const namespace = memberOf(client, 'nsp');
  if (typeof namespace !== 'object' || namespace === null) return undefined;
  const name = memberOf(namespace, 'name');
  return typeof name === 'string' ? name : undefined;
}
