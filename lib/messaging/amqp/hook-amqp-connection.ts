import { contextStorage, TracingContext } from '../../context/index.js';
import { hasMethods, wrapMethod } from '../../operation/index.js';
import { parseBrokerAddress } from '../broker-address.js';
import { amqpDeliveryOf, handleAmqpBatch } from './amqp-delivery.js';
import { type AmqpHandlers, type AmqpSubscription, SUBSCRIPTION } from './amqp-handlers.js';
import type { AmqpMessage } from './rabbit-facts.js';
import { sendOnConnection, sendOnManagedChannel } from './send-amqp-message.js';
import { hasDeadLetterExchange } from './settlements.js';
import { hookAmqpChannel } from './trace-amqp-channel.js';

/** The used members of `AmqpConnection` of `@golevelup/nestjs-rabbitmq`. */
interface AmqpConnection {
  readonly configuration?: {
    readonly uri?: unknown;
    readonly deserializer?: unknown;
  };
  /** Channels of amqp-connection-manager by name. They live as long as the connection. */
  readonly managedChannels?: Readonly<Record<string, ManagedChannel>>;
  /** Channels of amqplib by name. A lost connection replaces them. */
  readonly channels?: Readonly<Record<string, object>>;
}

interface ManagedChannel {
  addSetup(setup: (channel: object) => unknown): Promise<unknown>;
  removeSetup(setup: (channel: object) => unknown): Promise<unknown>;
}

/** The used options of a handler. */
export interface AmqpHandlerOptions {
  readonly exchange?: unknown;
  readonly routingKey?: unknown;
  readonly queue?: unknown;
  readonly queueOptions?: unknown;
  readonly allowNonJsonMessages?: unknown;
  readonly deserializer?: unknown;
}

const METHODS = ['publish', 'request', 'createSubscriber', 'createRpc'];

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Traces the messages of a connection of `@golevelup/nestjs-rabbitmq`, by replacing public methods of the
 * connection and of its channels. Call it before handlers are registered.
 *
 * @param nameOf returns the method for the options of a handler, such as `OrdersService.place`
 * @returns a function that restores the connection; undefined if `candidate` is no connection, or hooked already
 */
export function hookAmqpConnection(
  candidate: unknown,
  handlers: Omit<AmqpHandlers, 'server'>,
  nameOf: (options: AmqpHandlerOptions) => string | undefined,
): (() => void) | undefined {
  if (!isAmqpConnection(candidate) || connections.has(candidate)) return undefined;
  connections.add(candidate);
  const hooks = new ConnectionHooks(
    candidate,
    { ...handlers, server: parseBrokerAddress(candidate.configuration?.uri) },
    nameOf,
  );
  return () => {
    connections.delete(candidate);
    hooks.leave();
  };
}

const connections = new WeakSet<object>();

/** Whether a value has the methods of `AmqpConnection`. Does not run accessors. */
export function isAmqpConnection(candidate: unknown): candidate is AmqpConnection {
  return typeof candidate === 'object' && candidate !== null && hasMethods(candidate, METHODS);
}

class ConnectionHooks {
  readonly #connection: AmqpConnection;
  readonly #handlers: AmqpHandlers;
  readonly #nameOf: (options: AmqpHandlerOptions) => string | undefined;
  readonly #leave: (() => void)[] = [];
  /** The channels of amqplib that are hooked. Those of lost connections are removed. */
  readonly #channels = new Map<object, () => void>();
  /** By consumer tag, for consumers that are cancelled and resumed. */
  readonly #subscriptions = new Map<unknown, AmqpSubscription>();

  constructor(
    connection: AmqpConnection,
    handlers: AmqpHandlers,
    nameOf: (options: AmqpHandlerOptions) => string | undefined,
  ) {
    this.#connection = connection;
    this.#handlers = handlers;
    this.#nameOf = nameOf;
    this.#hookSending();
    this.#hookHandlers();
    for (const channel of Object.values(connection.channels ?? {})) this.#hookChannel(channel);
    for (const channel of Object.values(connection.managedChannels ?? {})) {
      this.#hookManagedChannel(channel);
    }
  }

  leave(): void {
    for (const undo of this.#leave.splice(0)) undo();
    for (const undo of this.#channels.values()) undo();
    this.#channels.clear();
  }

  #wrap(target: object, key: string, call: Parameters<typeof wrapMethod>[2]): void {
    if (hasMethods(target, [key])) this.#leave.push(wrapMethod(target, key, call));
  }

  #hookSending(): void {
    const handlers = this.#handlers;
    this.#wrap(this.#connection, 'publish', (publish, self, args) => {
      const [exchange, routingKey, data, options] = args;
      const message = { exchange, routingKey, data, options };
      return sendOnConnection(handlers, publish, self, args, message, true);
    });
    this.#wrap(this.#connection, 'request', (request, self, args) => {
      const { exchange, routingKey, payload, correlationId, publishOptions } = (args[0] ??
        {}) as Record<string, unknown>;
      const options = { ...(publishOptions as object | undefined), correlationId };
      const message = { exchange, routingKey, data: payload, options };
      return sendOnConnection(handlers, request, self, args, message, false);
    });
  }

  #hookHandlers(): void {
    for (const method of ['createSubscriber', 'createRpc', 'createBatchSubscriber']) {
      this.#wrap(this.#connection, method, (create, self, [handler, options, ...others]) => {
        if (typeof handler !== 'function') {
          return Reflect.apply(create, self, [handler, options, ...others]);
        }
        return this.#create(method, create, self, handler as Method, options ?? {}, others);
      });
    }
    this.#wrap(this.#connection, 'resumeConsumer', (resume, self, args) => {
      const subscription = this.#subscriptions.get(args[0]);
      if (subscription === undefined) return Reflect.apply(resume, self, args);
      this.#subscriptions.delete(args[0]);
      const result = contextStorage.call(contextOf(subscription), resume, self, args);
      this.#rememberTag(result, subscription);
      return result;
    });
  }

  /** Registers a handler of the application that has a span for each message, or batch. */
  #create(
    method: string,
    create: Method,
    self: unknown,
    handler: Method,
    options: AmqpHandlerOptions,
    others: unknown[],
  ): unknown {
    const name = this.#nameOf(options);
    const isBatch = method === 'createBatchSubscriber';
    const subscription: AmqpSubscription = {
      pattern: patternOf(options),
      // Several handlers of requests can share a queue.
      functionName: method === 'createRpc' ? undefined : name,
      hasDeadLetters: hasDeadLetterExchange(options.queueOptions),
      isBatch,
      reportsHandled: true,
    };
    const traced = isBatch
      ? this.#tracedBatchHandler(handler, subscription, options)
      : tracedHandler(handler, method === 'createRpc' ? name : undefined);
    const given = isBatch ? options : this.#withDeserializer(options);
    const result = contextStorage.call(contextOf(subscription), create, self, [
      traced,
      given,
      ...others,
    ]);
    this.#rememberTag(result, subscription);
    return result;
  }

  #tracedBatchHandler(
    handler: Method,
    subscription: AmqpSubscription,
    { queue }: AmqpHandlerOptions,
  ): Method {
    const handlers = this.#handlers;
    const name = typeof queue === 'string' && queue !== '' ? queue : undefined;
    return function (this: unknown, ...args: unknown[]): unknown {
      const consumer = handlers.consumerOf();
      const [data, messages] = args;
      const handle = (): unknown => Reflect.apply(handler, this, args);
      if (consumer === undefined || !Array.isArray(messages)) return handle();
      const received = messages as readonly AmqpMessage[];
      return handleAmqpBatch(consumer, handlers, subscription, name, received, data, handle);
    };
  }

  /** Records the failures of a deserializer, which the connection handles itself. */
  #withDeserializer(options: AmqpHandlerOptions): AmqpHandlerOptions {
    const deserializer = options.deserializer ?? this.#connection.configuration?.deserializer;
    // With `allowNonJsonMessages`, a failure is no error.
    if (typeof deserializer !== 'function' || options.allowNonJsonMessages === true) return options;
    const traced = (content: unknown, message: unknown, ...others: unknown[]): unknown => {
      const call = (): unknown =>
        Reflect.apply(deserializer, undefined, [content, message, ...others]);
      const delivery = amqpDeliveryOf(message);
      return delivery === undefined ? call() : delivery.watch(call);
    };
    return { ...options, deserializer: traced };
  }

  #rememberTag(result: unknown, subscription: AmqpSubscription): void {
    if (!(result instanceof Promise)) return;
    const remember = (created: unknown): void => {
      const tag = (created as { consumerTag?: unknown } | null)?.consumerTag ?? created;
      if (typeof tag === 'string') this.#subscriptions.set(tag, subscription);
    };
    result.then(remember, () => {});
  }

  #hookManagedChannel(managed: ManagedChannel): void {
    const handlers = this.#handlers;
    if (!hasMethods(managed, ['addSetup', 'removeSetup'])) return;
    // Runs for the current channel of amqplib, and for each one that replaces it.
    const setup = (channel: object): void => this.#hookChannel(channel);
    managed.addSetup(setup).catch(() => {});
    this.#leave.push(() => {
      managed.removeSetup(setup).catch(() => {});
    });
    this.#wrap(managed, 'addSetup', (addSetup, self, [given, ...others]) =>
      Reflect.apply(addSetup, self, [this.#setupInContext(given), ...others]),
    );
    this.#wrap(managed, 'publish', (publish, self, args) => {
      const [exchange, routingKey, data, options] = args;
      const message = { exchange, routingKey, data, options };
      return sendOnManagedChannel(handlers, publish, self, args, message, 3);
    });
    this.#wrap(managed, 'sendToQueue', (sendToQueue, self, args) => {
      const [routingKey, data, options] = args;
      const message = { exchange: '', routingKey, data, options };
      return sendOnManagedChannel(handlers, sendToQueue, self, args, message, 2);
    });
  }

  /** A consumer is set up again after each loss of the connection, in the context of the new connection. */
  #setupInContext(setup: unknown): unknown {
    const subscription = contextStorage.active().getValue(SUBSCRIPTION);
    if (subscription === undefined || typeof setup !== 'function') return setup;
    const context = contextOf(subscription as AmqpSubscription);
    const hook = (channel: object): void => this.#hookChannel(channel);
    // One parameter: amqp-connection-manager passes a callback to functions that have two.
    return function (this: unknown, channel: object): unknown {
      hook(channel);
      return contextStorage.call(context, setup as Method, this, [channel]);
    };
  }

  #hookChannel(channel: object): void {
    if (!hasMethods(channel, ['publish', 'consume', 'once'])) return;
    const undo = hookAmqpChannel(channel, this.#handlers);
    if (undo === undefined) return;
    this.#channels.set(channel, undo);
    (channel as { once(name: string, listener: () => void): void }).once('close', () => {
      this.#channels.delete(channel);
      undo();
    });
  }
}

function contextOf(subscription: AmqpSubscription): TracingContext {
  return TracingContext.ROOT.setValue(SUBSCRIPTION, subscription);
}

/** Returns what names the spans: the queue, or exchange and routing keys if the server names the queue. */
function patternOf({ queue, exchange, routingKey }: AmqpHandlerOptions): string | undefined {
  if (typeof queue === 'string' && queue !== '') return queue;
  const keys = (Array.isArray(routingKey) ? routingKey : [routingKey]).filter(
    (key) => typeof key === 'string',
  );
  if (typeof exchange !== 'string') return undefined;
  return keys.length === 0 ? exchange : `${exchange}:${keys.join(',')}`;
}

function tracedHandler(handler: Method, functionName: string | undefined): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const delivery = amqpDeliveryOf(args[1]);
    const handle = (): unknown => Reflect.apply(handler, this, args);
    return delivery === undefined ? handle() : delivery.callHandler(functionName, handle);
  };
}
