import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { traceAsText } from 'nestjs-traced/testing';
import { type Orders, SERVERS, startOrders } from './application/start-orders.js';

describe.each(SERVERS.map((server) => [server.name, server] as const))(
  'operations of %s',
  (_, server) => {
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

    it('are mutations, and anonymous queries with the name of their only field', async () => {
      await orders.ask('mutation Place { place(id: "1") { id } }');
      expect(await next()).toBe(
        'POST /graphql mutation Place [server]\n' +
          '  mutation Place graphql.operation.name=Place graphql.operation.type=mutation\n' +
          '    INSERT orders',
      );
      await orders.ask('{ scoped again: scoped }');
      expect(await next()).toBe(
        'POST /graphql query {scoped} [server]\n' +
          '  query {scoped} graphql.operation.type=query\n' +
          '    scoped work\n' +
          '    scoped work',
      );
      await orders.ask('{ scoped orders(count: 0) { id } }');
      expect(await next()).toContain('POST /graphql query [server]');
    });

    it('name the chosen one of several operations', async () => {
      const document = 'query First { scoped } query Second { orders(count: 0) { id } }';
      await orders.ask(document, { operationName: 'Second' });
      expect(await next()).toBe(
        'POST /graphql query Second [server]\n' +
          '  query Second graphql.operation.name=Second graphql.operation.type=query',
      );
    });

    it('record failures of resolvers in an answer with status 200', async () => {
      const { status, body } = await orders.ask('query Broken { broken { id } }');
      expect([status, body.errors?.length]).toEqual([200, 1]);
      expect(await next()).toBe(
        'POST /graphql query Broken [server]\n' +
          '  query Broken error.type=TypeError graphql.operation.name=Broken ' +
          'graphql.operation.type=query ERROR "out of order" exception TypeError',
      );
    });

    it('record exceptions that the client is responsible for, without a failure', async () => {
      await orders.ask('query Forbidden { forbidden { id } }');
      expect(await next()).toBe(
        'POST /graphql query Forbidden [server]\n' +
          '  query Forbidden graphql.operation.name=Forbidden graphql.operation.type=query ' +
          'exception ForbiddenException "not yours"',
      );
    });

    it.each([
      [
        'cannot be parsed',
        'query Hostile {',
        /exception \w+ "Syntax Error: Expected Name, found <EOF>/,
      ],
      ['is not valid', 'query Hostile { unknown }', /exception \w+ "Cannot query field/],
      [
        'contains a cycle of fragments',
        'query Hostile { order(id: 1) { ...a } } fragment a on Order { ...b } fragment b on Order { ...a }',
        /exception \w+ "Cannot spread fragment/,
      ],
    ])('record the errors of a document that %s', async (_, document, expected) => {
      const { body } = await orders.ask(document);
      expect(body.errors?.length).toBeGreaterThan(0);
      const text = await next();
      expect(text).toMatch(/^POST \/graphql \[server\]\n {2}graphql exception/);
      expect(text).toMatch(expected);
      expect(text).not.toContain('Hostile');
    });

    it('begin when the document is received: parsing and validation are part of their time', async () => {
      const { application, recorder } = orders;
      await application.close();
      recorder.reset();
      let validate = (): object => ({});
      orders = await startOrders(server, {}, {}, { validationRules: [() => validate()] });
      validate = () => orders.tracer.trace('validate', () => ({}));
      for (const [query, name] of [
        ['query A { me }', 'query A'],
        ['query B { unknown }', 'graphql'],
      ] as const) {
        await orders.ask(query);
        const spans = await orders.recorder.takeNextTrace();
        const byStart = [...spans].sort(
          (a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1],
        );
        expect(byStart.slice(1).map((span) => span.name)).toEqual([name, 'validate']);
      }
    });

    it('have names of low cardinality for documents of hostile clients', async () => {
      const aliases = Array.from(
        { length: 10_000 },
        (_, index) => `a${index.toString(36)}:me`,
      ).join(' ');
      await orders.ask(`{ ${aliases} }`);
      const spans = await orders.recorder.takeNextTrace({ deadlineMillis: 20_000 });
      expect(spans.find(({ kind }) => kind === 1)?.name).toBe('POST /graphql query');

      await orders.ask(`query ${'x'.repeat(3000)} { orders(count: 0) { id } }`);
      const [long, request] = await orders.recorder.takeNextTrace();
      expect(request?.name).toBe('POST /graphql query {orders}');
      expect(long?.attributes['graphql.operation.name']).toBe('x'.repeat(200));

      const names = new Set<string>();
      for (let index = 0; index < 10; index++) {
        await orders.ask(`query Name${index} { orders(count: 0) { id } }`);
        for (const { name } of await orders.recorder.takeNextTrace()) names.add(name);
      }
      expect([...names].sort()).toEqual([
        'POST /graphql query Name0',
        'POST /graphql query Name1',
        'POST /graphql query Name2',
        'POST /graphql query {orders}',
        'query Name0',
        'query Name1',
        'query Name2',
        'query {orders}',
      ]);
    });

    it('of a batch have a span each', async () => {
      const response = await fetch(orders.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([
          { query: 'query First { order(id: 1) { id } }' },
          { query: 'query Second { scoped }' },
        ]),
      });
      expect(await response.json()).toHaveLength(2);
      expect((await next()).split('\n').sort()).toEqual([
        '    SELECT orders',
        '    scoped work',
        '  query First graphql.operation.name=First graphql.operation.type=query',
        '  query Second graphql.operation.name=Second graphql.operation.type=query',
        'POST /graphql batch [server]',
      ]);
    });

    it('that are ignored name the request and have no spans', async () => {
      await orders.ask('query Unseen { order(id: 1) { id } }');
      expect(await next()).toBe('POST /graphql query Unseen [server]');
    });

    it('load values in batches whose spans link to all spans that wait', async () => {
      const [first, second] = await Promise.all([
        orders.ask('query First { orders(count: 3) { customer { id } } }'),
        orders.ask('query Second { orders(count: 2) { customer { id } } }'),
      ]);
      expect([first.status, second.status]).toEqual([200, 200]);
      await orders.recorder.waitForSpans(6);
      const spans = orders.recorder.takeSpans();
      const batches = spans.filter(({ name }) => name === 'load customers');
      const linked = batches.flatMap(({ links }) => links.map(({ context }) => context.spanId));
      const parents = batches.map(({ parentSpanContext }) => parentSpanContext?.spanId);
      const operations = spans.filter(({ name }) => name.startsWith('query'));
      expect([...linked, ...parents].sort()).toEqual(
        operations.map((span) => span.spanContext().spanId).sort(),
      );
      expect(
        batches.reduce(
          (sum, { attributes }) => sum + Number(attributes['nestjs.graphql.batch.size']),
          0,
        ),
      ).toBe(5);
    });
  },
);
