import { describe, expect, it } from '@jest/globals';
import { GraphqlConnection } from '../../../lib/graphql/graphql-connection.js';
import { GraphqlHandler } from '../../../lib/graphql/graphql-handler.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const CLIENT = { headers: {}, connectionParams: undefined };
const errorFor = (id: unknown, ...messages: string[]): string =>
  JSON.stringify({ type: 'error', id, payload: messages.map((message) => ({ message })) });

describe('GraphqlConnection', () => {
  const createTracing = tracingsOfTest();

  function create() {
    const { tracer, recorder } = createTracing();
    const connection = new GraphqlConnection(new GraphqlHandler(tracer), CLIENT);
    const text = (): string => traceAsText(recorder.takeSpans(), { attributes: false });
    return { connection, text };
  }

  it('is found in a copy of the context value', () => {
    const { connection } = create();
    const value = { user: 'ada', ...connection.members };
    expect(GraphqlConnection.in({ ...value })).toBe(connection);
    expect(JSON.stringify(value)).toBe('{"user":"ada"}');
    for (const other of [{}, null, undefined, 'text']) {
      expect(GraphqlConnection.in(other)).toBeUndefined();
    }
  });

  it('makes a span of an error for an operation that has none', () => {
    const { connection, text } = create();
    connection.sent(errorFor('1', 'refused', 'twice'));
    expect(text()).toBe(
      'graphql [server] exception GraphQLError "refused" exception GraphQLError "twice"',
    );
    connection.sent('{"type":"error","id":"1","payload":null}');
    expect(text()).toMatch(/^graphql \[server\]/);
  });

  it('makes no span of an error that a span shows', () => {
    const { connection, text } = create();
    connection.add('1');
    connection.sent(errorFor('1', 'failed'));
    connection.expectError();
    connection.sent(errorFor('2', 'failed'));
    expect(text()).toBe('');
    connection.sent(errorFor('1', 'refused'));
    expect(text()).toContain('refused');
  });

  it.each([
    [
      'complete',
      (connection: GraphqlConnection) => connection.sent('{"type":"complete","id":"1"}'),
    ],
    ['deleted', (connection: GraphqlConnection) => connection.delete('1')],
  ])('forgets an operation that is %s', (_, end) => {
    const { connection, text } = create();
    connection.add('1');
    end(connection);
    connection.sent(errorFor('1', 'refused'));
    expect(text()).toContain('refused');
  });

  it.each([
    Buffer.from(errorFor('1', 'x')),
    '{"type":"next","id":"1"}',
    errorFor(undefined, 'no message of an operation'),
    errorFor(null, 'no message of an operation'),
    undefined,
  ])('ignores other messages: %p', (message) => {
    const { connection, text } = create();
    connection.sent(message);
    expect(text()).toBe('');
  });
});
