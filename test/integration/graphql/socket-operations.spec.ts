import { afterEach, describe, expect, it } from '@jest/globals';
import { type GraphqlTracingOptions, TracingConfigError } from 'nestjs-traced';
import { traceAsText } from 'nestjs-traced/testing';
import { until } from '../../support/until.js';
import { type Orders, SERVERS, type Server, startOrders } from './application/start-orders.js';
import { type Connecting, SubscriptionClient } from './application/subscription-client.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };
const PLACED = 'subscription OrderPlaced { orderPlaced { id } }';
const [apollo, , mercurius] = SERVERS as readonly [Server, Server, Server];
const PROTOCOLS = ['graphql-transport-ws', 'graphql-ws'] as const;

let orders: Orders;
let client: SubscriptionClient;

async function start(
  server: Server,
  graphql: GraphqlTracingOptions = {},
  connecting: Connecting = {},
  driverOptions: object = {},
): Promise<void> {
  orders = await startOrders(server, graphql, {}, driverOptions);
  client = await SubscriptionClient.connect(orders.url, connecting);
}

afterEach(async () => {
  client?.socket.terminate();
  await orders.application.close();
  expect(orders.warnings).toEqual([]);
  orders.recorder.verify();
});

/** Subscribes, ends it, and returns the span. */
async function subscription(others?: object) {
  client.subscribe(PLACED, '1', others);
  await until(
    () => orders.resolver.placed.listenerCount === 1,
    () => client.received,
  );
  client.unsubscribe();
  const spans = await orders.recorder.takeNextTrace();
  const span = spans.find(({ name }) => name === 'subscription OrderPlaced');
  if (span === undefined) throw new Error(traceAsText(spans));
  return {
    traceId: span.spanContext().traceId,
    parent: span.parentSpanContext?.spanId,
    links: span.links.map(({ context }) => context.spanId),
  };
}
const LINKED = {
  traceId: expect.not.stringContaining(TRACE_ID),
  parent: undefined,
  links: ['b7ad6b7169203331'],
};

describe.each(SERVERS.map((server) => [server.name, server] as const))(
  'operations over a WebSocket of %s',
  (_, server) => {
    it('link to the context in the headers of the handshake', async () => {
      await start(server, {}, { headers: CALLER });
      expect(await subscription()).toEqual(LINKED);
      expect(await subscription()).toEqual(LINKED);
    });

    it('link to the context that initialises the connection', async () => {
      const connectionParams = server.driver === 'apollo' ? { trace: CALLER } : CALLER;
      await start(server, { contextField: 'trace' }, { connectionParams });
      expect(await subscription()).toEqual(LINKED);
    });

    it('have no link if the context of callers is ignored, or cannot be read', async () => {
      await start(server, { incomingContext: 'ignore' }, { headers: CALLER });
      expect(await subscription()).toMatchObject({ parent: undefined, links: [] });
      client.socket.terminate();
      await orders.application.close();
      await start(server, {}, { headers: { traceparent: 'garbage' } });
      expect(await subscription()).toMatchObject({ parent: undefined, links: [] });
    });

    it('keep no span open on a connection without operations', async () => {
      await start(server);
      expect(await subscription()).toMatchObject({ parent: undefined });
      expect(orders.recorder.openSpans).toEqual([]);
      expect(client.socket.readyState).toBe(client.socket.OPEN);
    });
  },
);

describe('operations over graphql-ws', () => {
  it('continue the trace of the context in their extensions', async () => {
    await start(apollo, { contextField: 'trace' }, { headers: CALLER });
    const sender = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` };
    expect(await subscription({ extensions: { trace: sender } })).toEqual({
      traceId: TRACE_ID,
      parent: '00f067aa0ba902b7',
      links: ['b7ad6b7169203331'],
    });
    expect(await subscription({ extensions: { trace: 'garbage' } })).toEqual(LINKED);
  });

  it('have a span if their document cannot be parsed', async () => {
    const quiet = console.error;
    // graphql-ws writes the error to the console, and closes the connection.
    console.error = () => {};
    await start(apollo);
    client.subscribe('subscription {');
    expect(traceAsText(await orders.recorder.takeNextTrace())).toBe(
      'graphql [server] exception GraphQLError "Syntax Error: Expected Name, found <EOF>."',
    );
    console.error = quiet;
  });

  it('have a span if the user executes another document', async () => {
    const onSubscribe = async (_: unknown, __: string, payload: { query: string }) => {
      const { parse } = await import('graphql');
      const { schema } = await import('@nestjs/graphql').then(({ GraphQLSchemaHost }) =>
        orders.application.get(GraphQLSchemaHost),
      );
      return { schema, document: parse(payload.query), contextValue: {} };
    };
    await start(apollo, {}, {}, { subscriptions: { 'graphql-ws': { onSubscribe } } });
    expect(await subscription()).toMatchObject({ parent: undefined, links: [] });
  });
});

describe.each(PROTOCOLS)('operations of Mercurius over %s', (protocol) => {
  const next = async (): Promise<string> =>
    traceAsText(await orders.recorder.takeNextTrace(), {
      attributes: ['error.type'],
      links: true,
    });

  it.each([
    ['cannot be parsed', 'subscription {', 'Syntax Error: Expected Name, found <EOF>.'],
    [
      'selects an unknown field',
      'subscription { unknown }',
      'The subscription field \\"unknown\\" is not defined.',
    ],
    ['is no subscription', 'query A { me }', 'Invalid operation: query'],
  ])('have a span if the document %s', async (_, document, message) => {
    await start(mercurius, {}, { protocol, headers: CALLER });
    client.subscribe(document);
    expect(await next()).toContain('graphql [server] exception GraphQLError');
    expect((await client.receive(2)).at(-1)?.type).toBe('error');
    client.subscribe(document, '2');
    expect(await next()).toContain(message);
  });

  it('have one span if they fail', async () => {
    await start(mercurius, {}, { protocol });
    client.subscribe('subscription Refused { refusedEvents { id } }');
    expect(await next()).toContain('subscription Refused [server] error.type=RangeError');
    client.subscribe(PLACED, '2');
    await until(
      () => orders.resolver.placed.listenerCount === 1,
      () => client.received,
    );
    orders.resolver.placed.fail(new RangeError('lost'));
    expect(await next()).toContain('subscription OrderPlaced [server] error.type=RangeError');
    await client.receive(3);
    // A later refusal is not taken for the failures above.
    client.subscribe('subscription { unknown }', '1');
    expect(await next()).toContain('graphql [server] exception GraphQLError');
    await client.receive(4);
    expect(orders.recorder.spans.map(({ name }) => name)).toEqual([
      ...['subscription Refused', 'subscribe to orders', 'subscription OrderPlaced', 'graphql'],
    ]);
  });

  it('can be queries, with server spans of their own', async () => {
    const context = async () => ({ user: 'ada' });
    const subscription = { fullWsTransport: true, context };
    await start(mercurius, {}, { protocol, headers: CALLER }, { subscription });
    client.subscribe('query OrderById { order(id: "7") { id } }');
    const [, span] = await orders.recorder.takeNextTrace();
    expect(span).toMatchObject({ name: 'query OrderById', kind: 1, parentSpanContext: undefined });
    expect(span?.links.map(({ context }) => context.spanId)).toEqual(['b7ad6b7169203331']);
    client.subscribe('query Wrong { unknown }', '2');
    expect(await next()).toContain('exception GraphQLError "Cannot query field');
    client.subscribe('query {', '3');
    expect(await next()).toContain('exception GraphQLError "Syntax Error');
  });
});

describe('the options for clients over a WebSocket', () => {
  it.each([
    [{ contextField: '' }, 'graphql.contextField must be a non-empty string'],
    [{ incomingContext: 'trust' }, "graphql.incomingContext must be 'continue', 'link', 'ignore'"],
  ])('reject %j', async (options, message) => {
    const failed = startOrders(apollo, options as GraphqlTracingOptions);
    await expect(failed).rejects.toThrow(TracingConfigError);
    await expect(failed).rejects.toThrow(message);
  });
});
