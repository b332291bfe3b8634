import 'reflect-metadata';
import { methodsOfPrototype } from './prototype-methods.js';

/** The metadata keys of `@Get()` and similar decorators, of `@MessagePattern()`, and of `@SubscribeMessage()`. */
const ROUTE = ['path', 'method'];
const MESSAGE_PATTERN = ['microservices:handler_type'];
const SUBSCRIPTION = ['websockets:message_mapping'];

/** The metadata key of the decorators of resolvers, and its values for methods that start the work of a request. */
const RESOLVER_TYPE = 'graphql:resolver_type';
const ROOT_TYPES: readonly unknown[] = ['Query', 'Mutation', 'Subscription'];

/** Returns the keys of the methods that handle requests, messages and GraphQL operations. */
export function handlerKeysOf(prototype: object | null): string[] {
  return methodsOfPrototype(prototype)
    .filter(({ function: method }) => isHandler(method))
    .map(({ key }) => key);
}

/** Fields of objects are no handlers: a query can resolve thousands of them. */
function isHandler(method: object): boolean {
  const has = (key: string): boolean => Reflect.hasMetadata(key, method);
  return (
    ROUTE.every(has) ||
    MESSAGE_PATTERN.every(has) ||
    SUBSCRIPTION.every(has) ||
    ROOT_TYPES.includes(Reflect.getMetadata(RESOLVER_TYPE, method))
  );
}
