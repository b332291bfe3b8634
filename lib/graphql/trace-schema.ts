import { contextStorage, TracingContext } from '../context/index.js';
import { settleAsyncIterator } from '../operation/index.js';
import { GraphqlConnection } from './graphql-connection.js';
import type { GraphqlHandler } from './graphql-handler.js';
import type { GraphqlOperation } from './graphql-operation.js';
import type { GraphqlClient } from './graphql-options.js';
import type {
  GraphqlField,
  GraphqlResolveInfo,
  GraphqlResolver,
  GraphqlSchema,
} from './graphql-shapes.js';

/** Names of functions that only read a property, for nearly all fields of a schema that Nest builds. */
const PROPERTY_RESOLVERS: ReadonlySet<string> = new Set([
  'defaultFieldResolver',
  'rootFieldResolver',
]);

/**
 * Makes the resolvers of a schema run in the context of their operation. It replaces the functions of fields that
 * have one. Other fields are properties of an object, and do no work.
 *
 * @returns a function that restores the functions
 */
export function traceSchema(schema: GraphqlSchema, handler: GraphqlHandler): () => void {
  const restores: (() => void)[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    // Types of introspection are shared by all schemas of the process.
    if (type.name.startsWith('__') || typeof type.getFields !== 'function') continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve, subscribe } = field;
      if (typeof resolve === 'function' && !PROPERTY_RESOLVERS.has(resolve.name)) {
        restores.push(replace(field, 'resolve', resolving(resolve, handler)));
      }
      if (typeof subscribe === 'function') {
        restores.push(replace(field, 'subscribe', subscribing(subscribe, handler)));
      }
    }
  }
  return () => {
    for (const restore of restores) restore();
  };
}

function replace(
  field: GraphqlField,
  key: 'resolve' | 'subscribe',
  replacement: GraphqlResolver,
): () => void {
  const original = field[key];
  field[key] = replacement;
  return () => {
    if (field[key] === replacement) field[key] = original;
  };
}

function resolving(resolve: GraphqlResolver, handler: GraphqlHandler): GraphqlResolver {
  return function (this: unknown, ...args) {
    const operation = handler.operationOf(args[2]);
    if (operation !== undefined) return operation.resolve(resolve, this, args);
    return withoutOperation(resolve, this, args, handler);
  };
}

/** Creates the events of a subscription. The operation ends with them. */
function subscribing(subscribe: GraphqlResolver, handler: GraphqlHandler): GraphqlResolver {
  return function (this: unknown, ...args) {
    const info = args[3] as GraphqlResolveInfo;
    const [, , contextValue] = args;
    const operation = handler.isKnown(contextValue)
      ? handler.operationOf(contextValue)
      : beginOverSocket(info, contextValue, handler);
    if (operation === undefined) return withoutOperation(subscribe, this, args, handler);
    let events: unknown;
    try {
      events = contextStorage.call(operation.context, subscribe, this, args);
    } catch (error) {
      failed(operation, error);
      throw error;
    }
    if (!(events instanceof Promise)) return following(events, operation);
    return events.then(
      (settled: unknown) => following(settled, operation),
      (error: unknown) => {
        failed(operation, error);
        throw error;
      },
    );
  };
}

/** Mercurius executes subscriptions without telling of it. */
function beginOverSocket(
  info: GraphqlResolveInfo,
  contextValue: unknown,
  handler: GraphqlHandler,
): GraphqlOperation | undefined {
  const connection = GraphqlConnection.in(contextValue) ?? new GraphqlConnection(handler, UNKNOWN);
  connection.add((contextValue as { id?: unknown } | null | undefined)?.id);
  return handler.begin(info.operation, undefined, contextValue, connection.arrival());
}

const UNKNOWN: GraphqlClient = { headers: {}, connectionParams: undefined };

function failed(operation: GraphqlOperation, error: unknown): void {
  operation.recordErrors([error]);
  operation.finish();
}

/** Ends the operation with its events: they are over, fail, or the client leaves. */
function following(events: unknown, operation: GraphqlOperation): unknown {
  if (!isAsyncIterable(events) || !operation.span.isRecording()) return events;
  return {
    [Symbol.asyncIterator](): AsyncIterator<unknown> {
      const iterator = events[Symbol.asyncIterator]();
      settleAsyncIterator(iterator, operation.span, operation.context);
      return iterator;
    },
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return (
    typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function'
  );
}

function withoutOperation(
  resolver: GraphqlResolver,
  self: unknown,
  args: readonly unknown[],
  handler: GraphqlHandler,
): unknown {
  if (!handler.isIgnored(args[2]) || contextStorage.active().suppressed) {
    return Reflect.apply(resolver, self, args);
  }
  return contextStorage.call(TracingContext.SUPPRESSED, resolver, self, args);
}
