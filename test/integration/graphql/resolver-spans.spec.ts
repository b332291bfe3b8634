import { afterEach, describe, expect, it } from '@jest/globals';
import type { DocumentNode } from 'graphql';
import { TracingConfigError } from 'nestjs-traced';
import { traceAsText } from 'nestjs-traced/testing';
import { type Orders, SERVERS, startOrders } from './application/start-orders.js';

let orders: Orders;

afterEach(async () => {
  await orders?.application.close();
  expect(orders.warnings).toEqual([]);
  orders.recorder.verify();
});

const next = async (): Promise<string> =>
  traceAsText(await orders.recorder.takeNextTrace(), {
    attributes: ['nestjs.graphql.resolver.call_count', 'error.type'],
  });
const COUNT = 'nestjs.graphql.resolver.call_count';

describe.each(SERVERS.map((server) => [server.name, server] as const))(
  'resolver spans of %s',
  (_, server) => {
    it('stand for all items of lists, and contain their work', async () => {
      orders = await startOrders(server, { resolverSpans: { depth: 2 } });
      await orders.ask('query List { orders(count: 3) { id related { related { id } } } }');
      const text = await next();
      expect(text.split('\n').slice(0, 4).join('\n')).toBe(
        'POST /graphql query List [server]\n' +
          '  query List\n' +
          `    Query.orders ${COUNT}=1\n` +
          `      Order.related ${COUNT}=3`,
      );
      // The third level has no spans: its work is in the span of the second.
      expect(text.split('\n').slice(4)).toEqual(Array(3 + 6).fill('        SELECT related'));
    });

    it('are few for many aliases', async () => {
      orders = await startOrders(server, { resolverSpans: true });
      const aliases = Array.from({ length: 1000 }, (_, index) => `a${index.toString(36)}:me`);
      await orders.ask(`query Aliases { ${aliases.join(' ')} }`);
      expect(await next()).toBe(
        `POST /graphql query Aliases [server]\n  query Aliases\n    Query.me ${COUNT}=1000`,
      );
    });

    it('show the failure of their resolver', async () => {
      orders = await startOrders(server, { resolverSpans: true });
      await orders.ask('query Broken { broken { id } forbidden { id } }');
      expect(await next()).toBe(
        'POST /graphql query Broken [server]\n' +
          '  query Broken error.type=TypeError ERROR "out of order"\n' +
          `    Query.broken error.type=TypeError ${COUNT}=1 ERROR "out of order" exception TypeError\n` +
          `    Query.forbidden ${COUNT}=1 exception ForbiddenException "not yours"`,
      );
    });
  },
);

describe('the option graphql', () => {
  it.each([
    [{ maxOperationNames: -1 }, 'graphql.maxOperationNames must be a whole number'],
    [{ resolverSpans: { depth: 0 } }, 'graphql.resolverSpans.depth must be a whole number'],
    [{ resolverSpans: 'yes' }, 'graphql.resolverSpans must be true or false'],
    [{ ignore: ['  '] }, 'graphql.ignore[0] must be names of operations'],
    [{ onOperation: 'no' }, 'graphql.onOperation must be a function'],
  ])('rejects %j', async (options, message) => {
    const [server] = SERVERS;
    const failed = startOrders(server as (typeof SERVERS)[number], options as never);
    await expect(failed).rejects.toThrow(TracingConfigError);
    await expect(failed).rejects.toThrow(message);
  });

  it.each(SERVERS)('switches the spans of $name off with false', async (server) => {
    orders = await startOrders(server, false);
    await orders.ask('query OrderById { order(id: "7") { id } }');
    expect(await next()).toBe('POST /graphql [server]\n  SELECT orders');
  });

  it.each(SERVERS)('calls onOperation for $name', async (server) => {
    const seen: unknown[] = [];
    orders = await startOrders(server, {
      onOperation: (span, { type, name, document }) => {
        span.setAttribute('error.type', 'given');
        seen.push([type, name, (document as DocumentNode).definitions.length]);
      },
    });
    await orders.ask('query Scoped { scoped }');
    expect(await next()).toContain('query Scoped error.type=given');
    expect(seen).toEqual([['query', 'Scoped', 1]]);
  });
});
