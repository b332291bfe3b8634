import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { Subscription } from 'rxjs';
import type { Diagnostics } from '../../diagnostics.js';
import {
  hookAmqpConnection,
  isAmqpConnection,
  type MessageConsumerHandler,
  type MessageProducerHandler,
} from '../../messaging/index.js';
import { memberOf } from '../../operation/index.js';
import { controllerMethodsOf } from '../controller-methods.js';
import { observeHandlers } from '../exception-observer.js';
import { fieldsOf, visitInstances } from '../provider-instances.js';
import { hookClient } from './hook-client.js';
import { hookServer } from './hook-server.js';
import {
  createPatternNames,
  type MessageFunction,
  messageFunctionsOf,
} from './message-functions.js';
import { createRabbitNames, rabbitFunctionsOf } from './rabbit-functions.js';

/**
 * Installs the hooks of an application for messages, without interceptors or guards of Nest and without
 * patching packages. Does nothing in applications without microservices.
 *
 * | what | when | where |
 * |---|---|---|
 * | exceptions of handlers | in the constructor: modules are scanned, handlers are not yet registered | metadata of the controllers' methods |
 * | received messages | when Nest announces a server, before it listens | members of the server instance |
 * | sent messages | in `onModuleInit`: all instances exist | client instances among the providers, and in fields of all instances that Nest created |
 * | `@golevelup/nestjs-rabbitmq` | in `onModuleInit`: it registers its handlers later | `AmqpConnection` among the providers |
 */
export class MessagingHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #diagnostics: Diagnostics;
  readonly #consumer: MessageConsumerHandler | undefined;
  readonly #producer: MessageProducerHandler | undefined;
  readonly #leave: (() => void)[] = [];
  #waitForServers: Subscription | undefined;
  #isActive = true;

  /**
   * @param consumer undefined if received messages are not traced
   * @param producer undefined if sent messages are not traced
   */
  constructor(
    modules: ModulesContainer,
    diagnostics: Diagnostics,
    consumer: MessageConsumerHandler | undefined,
    producer: MessageProducerHandler | undefined,
  ) {
    this.#modules = modules;
    this.#diagnostics = diagnostics;
    this.#consumer = consumer;
    this.#producer = producer;
    if (consumer === undefined) return;
    let functions: readonly MessageFunction[] = [];
    this.#try('Exceptions of message handlers are not recorded: installing the hook failed', () => {
      functions = messageFunctionsOf(controllerMethodsOf(modules, diagnostics));
      observeHandlers(functions);
    });
    const consumerOf = (): MessageConsumerHandler | undefined =>
      this.#isActive ? consumer : undefined;
    this.#try('Servers of messages are not traced: installing the hook failed', () => {
      this.#waitForServers = modules.getRpcTargetRegistry().subscribe((server: unknown) => {
        this.#try('A server of messages is not traced: installing the hook failed', () =>
          this.#add(hookServer(server, consumerOf, namesFor(server, functions), diagnostics)),
        );
      });
    });
  }

  onModuleInit(): void {
    const producerOf = (): MessageProducerHandler | undefined =>
      this.#isActive ? this.#producer : undefined;
    if (this.#producer !== undefined) {
      const trouble = 'A client of messages is not traced: installing the hook failed';
      visitInstances(this.#modules, this.#diagnostics, trouble, (instance) => {
        for (const candidate of [instance, ...fieldsOf(instance)]) {
          // A failure must not prevent the hooks of the instance's other clients.
          this.#try(trouble, () => this.#add(hookClient(candidate, producerOf, this.#diagnostics)));
        }
      });
    }
    if (this.#producer !== undefined || this.#consumer !== undefined) {
      this.#hookAmqpConnections(producerOf);
    }
  }

  #hookAmqpConnections(producerOf: () => MessageProducerHandler | undefined): void {
    const consumerOf = (): MessageConsumerHandler | undefined =>
      this.#isActive ? this.#consumer : undefined;
    const connections: object[] = [];
    const trouble =
      'A connection of @golevelup/nestjs-rabbitmq is not traced: installing the hook failed';
    visitInstances(this.#modules, this.#diagnostics, trouble, (instance) => {
      if (isAmqpConnection(instance)) connections.push(instance);
    });
    if (connections.length === 0) return;
    this.#try(trouble, () => {
      const functions = rabbitFunctionsOf(this.#modules, this.#diagnostics);
      if (this.#consumer !== undefined) observeHandlers(functions);
      for (const connection of connections) {
        const nameOf = createRabbitNames(functions, connection);
        this.#add(hookAmqpConnection(connection, { consumerOf, producerOf }, nameOf));
      }
    });
  }

  /** Servers and clients are closed. Ends the spans of messages that are still being handled. */
  onApplicationShutdown(): void {
    this.#isActive = false;
    this.#waitForServers?.unsubscribe();
    this.#consumer?.finishAll();
    this.#producer?.finishAll();
    for (const leave of this.#leave.splice(0)) leave();
  }

  #add(leave: (() => void) | undefined): void {
    if (leave !== undefined) this.#leave.push(leave);
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

function namesFor(
  server: unknown,
  functions: readonly MessageFunction[],
): (pattern: string) => string | undefined {
  if (typeof server !== 'object' || server === null) return () => undefined;
  const normalize = memberOf(server, 'normalizePattern');
  return createPatternNames(functions, (pattern) =>
    String(typeof normalize === 'function' ? normalize.call(server, pattern) : pattern),
  );
}
