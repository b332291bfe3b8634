import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { traceAsText } from 'nestjs-traced/testing';
import { until } from '../../support/until.js';
import { type Orders, SERVERS, startOrders } from './application/start-orders.js';
import { SubscriptionClient } from './application/subscription-client.js';

const PLACED = 'subscription OrderPlaced { orderPlaced { id related { id } } }';

describe.each(SERVERS.map((server) => [server.name, server] as const))(
  'subscriptions of %s',
  (_, server) => {
    let orders: Orders;
    let client: SubscriptionClient;

    beforeEach(async () => {
      // The request of the handshake is a matter of the HTTP server.
      orders = await startOrders(server);
      client = await SubscriptionClient.connect(orders.url);
    });

    afterEach(async () => {
      client.socket.terminate();
      await orders.application.close();
      expect(orders.warnings).toEqual([]);
      orders.recorder.verify();
    });

    const next = async (): Promise<string> =>
      traceAsText(await orders.recorder.takeNextTrace(), {
        attributes: ['graphql.operation.name', 'error.type'],
        events: true,
      });
    const subscribed = (count = 1): Promise<void> =>
      until(
        () => orders.resolver.placed.listenerCount === count,
        () => orders.resolver.placed.listenerCount,
      );
    const TEXT =
      'subscription OrderPlaced [server] graphql.operation.name=OrderPlaced\n  subscribe to orders';

    it('have a span until the client ends them, with the work for each event', async () => {
      client.subscribe(PLACED);
      await subscribed();
      orders.resolver.placed.publish({ orderPlaced: { id: '1' } });
      orders.resolver.placed.publish({ orderPlaced: { id: '2' } });
      await client.receive(3);
      expect(orders.recorder.openSpans).toHaveLength(1);
      client.unsubscribe();
      expect(await next()).toMatch(
        new RegExp(
          `^${TEXT.replace('[server]', '\\[server\\]').replace('\n', '[^\\n]*\n')}\n  SELECT related\n  SELECT related$`,
        ),
      );
      await subscribed(0);
    });

    it('end when the client vanishes', async () => {
      client.subscribe(PLACED);
      await subscribed();
      client.socket.terminate();
      expect(await next()).toContain('  subscribe to orders');
      await subscribed(0);
    });

    it('end when the server has no more events', async () => {
      client.subscribe(PLACED);
      await subscribed();
      orders.resolver.placed.end();
      const messages = await client.receive(2);
      expect(messages[1]).toMatchObject({ type: 'complete', id: '1' });
      expect(await next()).toBe(TEXT);
    });

    it('record the failure of their events', async () => {
      client.subscribe(PLACED);
      await subscribed();
      orders.resolver.placed.fail(new RangeError('lost'));
      expect(await next()).toContain('ERROR "lost" exception RangeError');
    });

    it('record that they could not start', async () => {
      client.subscribe('subscription Refused { refusedEvents { id } }');
      expect(await next()).toBe(
        'subscription Refused [server] error.type=RangeError graphql.operation.name=Refused ' +
          'ERROR "no events" exception RangeError',
      );
    });

    it('of many clients leave nothing open', async () => {
      const count = 200;
      const clients = await Promise.all(
        Array.from({ length: count }, () => SubscriptionClient.connect(orders.url)),
      );
      for (const one of clients) one.subscribe(PLACED);
      await subscribed(count);
      orders.resolver.placed.publish({ orderPlaced: { id: '1' } });
      for (const one of clients) await one.receive(2);
      expect(orders.recorder.openSpans).toHaveLength(count);
      for (const one of clients) one.socket.terminate();
      await subscribed(0);
      await until(
        () => orders.recorder.openSpans.length === 0,
        () => orders.recorder.openSpans.length,
      );
      expect(orders.recorder.takeSpans()).toHaveLength(3 * count);
    });

    if (server.driver === 'apollo') {
      it('share the connection with other operations, which have spans too', async () => {
        client.subscribe('query OrderById { order(id: "7") { id } }');
        await client.receive(3);
        expect(await next()).toBe(
          'query OrderById [server] graphql.operation.name=OrderById\n  SELECT orders',
        );
      });

      it('that are not valid record the errors of the document', async () => {
        client.subscribe('subscription { unknown }');
        const [, refusal] = await client.receive(2);
        expect(refusal?.type).toBe('error');
        expect(await next()).toContain(
          'graphql [server] exception GraphQLError "Cannot query field',
        );
      });
    }
  },
);
