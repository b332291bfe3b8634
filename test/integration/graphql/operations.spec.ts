import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { traceAsText } from 'nestjs-traced/testing';
import { type Orders, SERVERS, startOrders } from './application/start-orders.js';

describe.each(SERVERS.map((server) => [server.name, server] as const))('operations of %s', (_, server) => {
  let orders: Orders;

  beforeEach(async () => {
    orders = await startOrders(server, { ignore: ['Unseen'], maxOperationNames: 3 });
  });

  afterEach(async () => {
    await orders.application.close();
    expect(orders.warnings).toEqual([]);
    orders.recorder.verify();
  });

  const next = async (): Promise<string> =>
    traceAsText(await orders.recorder.takeNextTrace(), {
      attributes: ['graphql.operation.name', 'graphql.operation.type', 'error.type'],
      events: true,
    });

  it('name the span of the request, and have a span with the work of resolvers', async () => {
    const { body } = await orders.ask('query OrderById { order(id: "7") { id related { id } } }');
    expect(body.data).toEqual({ order: { id: '7', related: [{ id: '7a' }, { id: '7b' }] } });
    expect(await next()).toBe(
      'POST /graphql query OrderById [server]\n' +
        '  query OrderById graphql.operation.name=OrderById graphql.operation.type=query\n' +
        '    SELECT orders\n' +
        '    SELECT related',
    );
  });

  it('debug', async () => {
  });
});
