import { describe, expect, it } from '@jest/globals';
import { GraphqlConnection } from '../../../lib/graphql/graphql-connection.js';
import { GraphqlHandler } from '../../../lib/graphql/graphql-handler.js';
import { tracedMercuriusSubscription } from '../../../lib/graphql/mercurius-subscription.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

type Context = (socket: object, request: unknown) => Promise<object>;
const REQUEST = { headers: {} };

describe('tracedMercuriusSubscription', () => {
  const createTracing = tracingsOfTest();

  function trace(given: unknown) {
    const { tracer, recorder } = createTracing();
    const reported: unknown[] = [];
    const traced = tracedMercuriusSubscription(given, new GraphqlHandler(tracer), (error) =>
      reported.push(error),
    ) as { context: Context; keepAlive?: number };
    const text = (): string => traceAsText(recorder.takeSpans(), { attributes: false });
    return { traced, reported, text };
  }

  it.each([true, {}, { context: () => undefined }])('adds a context to %p', async (given) => {
    const { traced, reported } = trace(given);
    const context = await traced.context({}, REQUEST);
    expect(GraphqlConnection.in(context)).toBeInstanceOf(GraphqlConnection);
    expect(Object.keys(context)).toEqual([]);
    expect(reported).toEqual([]);
  });

  it('keeps the options and the context of the user', async () => {
    const seen: unknown[] = [];
    const { traced } = trace({
      keepAlive: 7,
      context: async (...values: unknown[]) => {
        seen.push(...values);
        return { user: 'ada' };
      },
    });
    const socket = {};
    expect(await traced.context(socket, REQUEST)).toMatchObject({ user: 'ada' });
    expect([traced.keepAlive, ...seen]).toEqual([7, socket, REQUEST]);
    const failing = trace({ context: () => Promise.reject(new Error('no')) });
    await expect(failing.traced.context({}, REQUEST)).rejects.toThrow('no');
  });

  it('watches what is sent, and sends it', async () => {
    const { traced, text } = trace(true);
    const sent: unknown[] = [];
    const socket = {
      send(...values: unknown[]) {
        sent.push([this, ...values]);
        return 'sent';
      },
    };
    await traced.context(socket, REQUEST);
    const message = '{"type":"error","id":"1","payload":[{"message":"refused"}]}';
    expect(socket.send(message, 'callback')).toBe('sent');
    expect(sent).toEqual([[socket, message, 'callback']]);
    expect(text()).toBe('graphql [server] exception GraphQLError "refused"');
  });

  it('reports what it cannot read, and sends it', async () => {
    const { traced, reported } = trace(true);
    const socket = { send: () => 'sent' };
    await traced.context(socket, REQUEST);
    expect((socket.send as (text: string) => string)('{"type":"error"')).toBe('sent');
    expect(reported).toHaveLength(1);
    await traced.context({}, undefined);
    expect(reported).toHaveLength(2);
  });
});
