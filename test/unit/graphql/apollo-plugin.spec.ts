import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { apolloPlugin } from '../../../lib/graphql/apollo-plugin.js';
import { GraphqlHandler } from '../../../lib/graphql/graphql-handler.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

describe('apolloPlugin', () => {
  const createTracing = tracingsOfTest();

  it('ends the operation when Apollo fails unexpectedly', async () => {
    const { tracer, recorder } = createTracing();
    const plugin = apolloPlugin(new GraphqlHandler(tracer));
    const request = await plugin.requestDidStart();
    const contextValue = {};
    const [operation] = parse('query A { a }').definitions;
    const requestContext = { contextValue, operation } as never;
    await request.didResolveOperation(requestContext);
    const error = new TypeError('wrong');
    await plugin.unexpectedErrorProcessingRequest({ requestContext, error });
    await request.willSendResponse();
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'query A ERROR "wrong" exception TypeError',
    );
  });

  it('has no span for a request without an operation', async () => {
    const { tracer, recorder } = createTracing();
    const plugin = apolloPlugin(new GraphqlHandler(tracer));
    const request = await plugin.requestDidStart();
    await request.didResolveOperation({});
    await request.willSendResponse();
    await plugin.unexpectedErrorProcessingRequest({ requestContext: {}, error: undefined });
    expect(recorder.takeSpans()).toEqual([]);
  });
});
