import { describe, expect, it } from '@jest/globals';
import { GraphqlConnection } from '../../../lib/graphql/graphql-connection.js';
import { GraphqlHandler } from '../../../lib/graphql/graphql-handler.js';
import { tracedLegacySubscriptions } from '../../../lib/graphql/legacy-subscriptions.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

type OnOperation = (message: unknown, parameters: object, socket: object) => Promise<unknown>;

describe('tracedLegacySubscriptions', () => {
  const createTracing = tracingsOfTest();

  const trace = (given: unknown) =>
    tracedLegacySubscriptions(given, new GraphqlHandler(createTracing().tracer)) as {
      onOperation: OnOperation;
    };

  it('adds the connection, with the handshake, to a copy of the context', async () => {
    const { onOperation } = trace(true);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const socket = { upgradeReq: { headers: { traceparent } } };
    class Context {
      user = 'ada';
    }
    const context = new Context();
    const first = (await onOperation({}, { query: '{ a }', context }, socket)) as {
      context: object;
    };
    expect(first).toMatchObject({ query: '{ a }', context });
    expect(first.context).toBeInstanceOf(Context);
    expect(first.context).not.toBe(context);
    const connection = GraphqlConnection.in(first.context);
    expect(connection?.arrival().links?.[0]?.context.spanId).toBe('b7ad6b7169203331');
    const second = (await onOperation({}, { context }, socket)) as { context: object };
    expect(GraphqlConnection.in(second.context)).toBe(connection);
  });

  it('keeps the hook of the user, and what it returns', async () => {
    const { onOperation } = trace({
      onOperation: async (_: unknown, parameters: object) => ({ ...parameters, context: 'own' }),
    });
    expect(await onOperation({}, { query: '{ a }' }, {})).toEqual({
      query: '{ a }',
      context: 'own',
    });
    const refusing = trace({ onOperation: () => Promise.reject(new Error('no')) });
    await expect(refusing.onOperation({}, {}, {})).rejects.toThrow('no');
  });
});
