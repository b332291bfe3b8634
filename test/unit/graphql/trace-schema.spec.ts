import { describe, expect, it } from '@jest/globals';
import {
  type DocumentNode,
  execute,
  GraphQLInt,
  GraphQLObjectType,
  GraphQLSchema,
  parse,
  subscribe,
} from 'graphql';
import { contextStorage } from '../../../lib/context/index.js';
import { GraphqlHandler } from '../../../lib/graphql/graphql-handler.js';
import { traceSchema } from '../../../lib/graphql/trace-schema.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

describe('traceSchema', () => {
  const createTracing = tracingsOfTest();

  function create(ignore: string[] = []) {
    const tracing = createTracing();
    const { tracer } = tracing;
    const work = (): number => tracer.trace('work', {}, () => 1);
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { a: { type: GraphQLInt, resolve: work }, plain: { type: GraphQLInt } },
      }),
      subscription: new GraphQLObjectType({
        name: 'Subscription',
        fields: {
          events: {
            type: GraphQLInt,
            resolve: work,
            async *subscribe() {
              yield await tracer.trace('next', {}, async () => 1);
            },
          },
        },
      }),
    });
    const handler = new GraphqlHandler(tracer, { ignore });
    const restore = traceSchema(schema as never, handler);
    const text = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: false });
    return { ...tracing, schema, handler, restore, text };
  }

  const begin = (handler: GraphqlHandler, document: DocumentNode, contextValue: unknown) =>
    handler.begin(
      document.definitions[0] as never,
      undefined,
      contextValue,
      handler.arriveInRequest(),
    );

  it('runs resolvers in the operation of their context value', async () => {
    const { schema, handler, text } = create();
    const document = parse('query A { a plain }');
    const contextValue = {};
    const operation = begin(handler, document, contextValue);
    await execute({ schema, document, contextValue });
    operation?.finish();
    expect(text()).toBe('query A\n  work');
    await execute({ schema, document, contextValue: 'no object' });
    expect(text()).toBe('work');
  });

  it('runs resolvers of an ignored operation without tracing', async () => {
    const { schema, handler, text } = create(['A']);
    const document = parse('query A { a }');
    const contextValue = {};
    begin(handler, document, contextValue);
    expect(await execute({ schema, document, contextValue })).toEqual({ data: { a: 1 } });
    expect(text()).toBe('');
    expect(contextStorage.active().suppressed).toBe(false);
  });

  it('begins subscriptions that no driver tells of, and ends them with their events', async () => {
    const { schema, text } = create();
    const document = parse('subscription S { events }');
    const results = await subscribe({ schema, document, contextValue: {} });
    const received: unknown[] = [];
    for await (const result of results as AsyncIterable<unknown>) received.push(result);
    expect(received).toEqual([{ data: { events: 1 } }]);
    expect(text()).toBe('subscription S [server]\n  next\n  work');
  });

  it('ends a subscription that is left early', async () => {
    const { schema, text } = create();
    const document = parse('subscription S { events }');
    const results = await subscribe({ schema, document, contextValue: {} });
    await (results as AsyncGenerator<unknown>).return(undefined);
    expect(text()).toBe('subscription S [server]');
  });

  it('restores the functions', () => {
    const { schema, restore } = create();
    const field = schema.getQueryType()?.getFields().a;
    const traced = field?.resolve;
    restore();
    expect(field?.resolve).not.toBe(traced);
    expect(schema.getQueryType()?.getFields().plain?.resolve).toBeUndefined();
  });
});
