import 'reflect-metadata';
import type { ProviderMethod } from '../provider-methods.js';

/** The metadata keys of `@WebSocketGateway()`, on classes. */
const IS_GATEWAY = 'websockets:is_gateway';
const GATEWAY_OPTIONS = 'websockets:gateway_options';

/** The metadata keys of `@SubscribeMessage()`, on methods. */
const IS_SUBSCRIPTION = 'websockets:message_mapping';
const EVENT = 'message';

/** A method of a gateway that handles messages. */
export interface Subscription {
  /** The function that decorators attach metadata to. */
  readonly function: object;
  /** Such as `ChatGateway.send`. */
  readonly name: string;
  readonly event: string;
  /** The namespace of the gateway; undefined if it has none, or a pattern. */
  readonly namespace: string | undefined;
}

/** Whether a method belongs to a gateway. */
export function isGatewayMethod({ metatype }: ProviderMethod): boolean {
  return Reflect.hasMetadata(IS_GATEWAY, metatype);
}

/** Returns the subscription of a gateway's method; undefined if the method handles no messages. */
export function subscriptionOf(method: ProviderMethod): Subscription | undefined {
  if (Reflect.getMetadata(IS_SUBSCRIPTION, method.function) === undefined) return undefined;
  return {
    function: method.function,
    name: method.name,
    event: String(Reflect.getMetadata(EVENT, method.function)),
    namespace: namespaceOf(method.metatype),
  };
}

/** Returns the namespace of a gateway as socket.io names it; undefined if it has none, or a pattern. */
export function namespaceOf(gateway: object): string | undefined {
  const options: unknown = Reflect.getMetadata(GATEWAY_OPTIONS, gateway);
  const namespace = (options as { namespace?: unknown } | undefined)?.namespace;
  if (typeof namespace !== 'string') return undefined;
  return namespace.startsWith('/') ? namespace : `/${namespace}`;
}

/** Finds the names of methods by the event and the namespace of a message. */
export class SubscriptionNames {
  readonly #byEvent = new Map<string, Subscription[]>();

  add(subscription: Subscription): void {
    const known = this.#byEvent.get(subscription.event);
    if (known === undefined) this.#byEvent.set(subscription.event, [subscription]);
    else known.push(subscription);
  }

  /** Returns a name such as `ChatGateway.send`; undefined if several methods handle such messages. */
  nameOf(event: string, namespace: string | undefined): string | undefined {
    const candidates = this.#byEvent.get(event) ?? [];
    if (candidates.length === 1) return candidates[0]?.name;
    const inNamespace = candidates.filter(
      (candidate) => (candidate.namespace ?? '/') === (namespace ?? '/'),
    );
    return inNamespace.length === 1 ? inNamespace[0]?.name : undefined;
  }
}
