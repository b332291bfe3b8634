import {
  apolloPlugin,
  type FastifyWithMercurius,
  type GraphqlHandler,
  type GraphqlSchema,
  type GraphqlWsOptions,
  tracedGraphqlWsOptions,
  tracedLegacySubscriptions,
  tracedMercuriusSubscription,
  traceMercurius,
  traceSchema,
} from '../../graphql/index.js';
import { hasMethods, memberOf, wrapMethod } from '../../operation/index.js';

/** The used options with which `@nestjs/graphql` starts a driver. */
interface DriverOptions {
  readonly schema?: GraphqlSchema;
  readonly context?: unknown;
  readonly plugins?: readonly unknown[];
  readonly installSubscriptionHandlers?: boolean;
  readonly subscriptions?: Readonly<Record<string, unknown>>;
  /** Of Mercurius. */
  readonly subscription?: unknown;
}

/** The base classes of the drivers of `@nestjs/apollo` and `@nestjs/mercurius`. */
const APOLLO = 'ApolloBaseDriver';
const MERCURIUS: readonly string[] = ['MercuriusDriver', 'MercuriusGatewayDriver'];

/** The options of subscriptions, by protocol. Only Nest 11 has the second. */
const GRAPHQL_WS = 'graphql-ws';
const LEGACY = 'subscriptions-transport-ws';

/**
 * Traces the operations of a driver of `@nestjs/graphql`. It replaces `start` of one driver object, to add to the
 * options: a plugin for Apollo, hooks for graphql-ws, and resolvers that run in the context of their operation.
 * Mercurius is hooked when it has started.
 *
 * @param report called with an error of this function
 * @returns a function that undoes it; undefined if `candidate` is not a known driver
 */
export function hookDriver(
  candidate: object,
  handler: GraphqlHandler,
  report: (error: unknown) => void,
): (() => void) | undefined {
  if (!hasMethods(candidate, ['start', 'stop', 'generateSchema'])) return undefined;
  const names = classNamesOf(candidate);
  const isApollo = names.includes(APOLLO);
  const isMercurius = MERCURIUS.some((name) => names.includes(name));
  if (!isApollo && !isMercurius) return undefined;
  const restores: (() => void)[] = [];
  const attempt = <T>(step: () => T, otherwise: T): T => {
    try {
      return step();
    } catch (error) {
      report(error);
      return otherwise;
    }
  };
  const restoreStart = wrapMethod(candidate, 'start', async (start, self, [given, ...others]) => {
    const options = attempt(() => {
      const { schema } = given as DriverOptions;
      if (schema !== undefined) restores.push(traceSchema(schema, handler));
      return isApollo
        ? withApolloHooks(given as DriverOptions, handler)
        : withMercuriusHooks(given as DriverOptions, handler, report);
    }, given);
    const result: unknown = await Reflect.apply(start, self, [options, ...others]);
    if (isMercurius) {
      attempt(() => {
        const { instance } = candidate as { instance?: unknown };
        if (hasMercurius(instance)) restores.push(traceMercurius(instance, handler));
      }, undefined);
    }
    return result;
  });
  restores.push(restoreStart);
  return () => {
    for (const restore of restores) restore();
  };
}

function withMercuriusHooks(
  options: DriverOptions,
  handler: GraphqlHandler,
  report: (error: unknown) => void,
): DriverOptions {
  const { subscription } = options;
  if (!subscription) return options;
  return { ...options, subscription: tracedMercuriusSubscription(subscription, handler, report) };
}

function withApolloHooks(options: DriverOptions, handler: GraphqlHandler): DriverOptions {
  const { plugins = [], installSubscriptionHandlers, context } = options;
  const traced = { ...options, plugins: [apolloPlugin(handler), ...plugins] };
  const subscriptions =
    options.subscriptions ?? (installSubscriptionHandlers === true ? { 'graphql-ws': true } : {});
  const hooked: Record<string, unknown> = { ...subscriptions };
  const given = subscriptions[GRAPHQL_WS];
  if (given) {
    const graphqlWs: GraphqlWsOptions = {
      context: subscriptions.context ?? context,
      ...(typeof given === 'object' ? given : {}),
    };
    hooked[GRAPHQL_WS] = tracedGraphqlWsOptions(graphqlWs, handler);
  }
  const legacy = subscriptions[LEGACY];
  if (legacy) hooked[LEGACY] = tracedLegacySubscriptions(legacy, handler);
  return given || legacy ? { ...traced, subscriptions: hooked } : traced;
}

function hasMercurius(instance: unknown): instance is FastifyWithMercurius {
  if (typeof instance !== 'object' || instance === null) return false;
  const graphql = memberOf(instance, 'graphql');
  return typeof graphql === 'function' && hasMethods(graphql, ['addHook']);
}

/** Drivers have no common mark but their classes. */
function classNamesOf(instance: object): string[] {
  const names: string[] = [];
  let prototype: object | null = Object.getPrototypeOf(instance);
  while (prototype !== null && prototype !== Object.prototype) {
    names.push(String((memberOf(prototype, 'constructor') as { name?: unknown } | null)?.name));
    prototype = Object.getPrototypeOf(prototype);
  }
  return names;
}
