import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { GraphqlHandler } from '../../../lib/graphql/graphql-handler.js';
import { traceMercurius } from '../../../lib/graphql/mercurius-graphql.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

type PreExecution = (schema: unknown, document: unknown, context: object) => void;

describe('traceMercurius', () => {
  const createTracing = tracingsOfTest();

  function trace(execute: (preExecution: PreExecution, ...values: unknown[]) => unknown) {
    const { tracer, recorder } = createTracing();
    let preExecution: PreExecution = () => {};
    const graphql = Object.assign(
      (...values: unknown[]): unknown => execute(preExecution, ...values),
      {
        schema: 'the schema',
        addHook(name: string, hook: PreExecution) {
          if (name === 'preExecution') preExecution = hook;
        },
      },
    );
    const fastify = { graphql };
    const restore = traceMercurius(fastify as never, new GraphqlHandler(tracer));
    const text = (): string => traceAsText(recorder.takeSpans(), { attributes: false });
    return { fastify, graphql, restore, text };
  }

  it('keeps the members of the function, passes values on, and is undone', async () => {
    const { fastify, graphql, restore, text } = trace(async (_, ...values) => values);
    expect(fastify.graphql.schema).toBe('the schema');
    const context = {};
    expect(await fastify.graphql('{ a }', context, { v: 1 }, 'A', 'more')).toEqual([
      '{ a }',
      context,
      { v: 1 },
      'A',
      'more',
    ]);
    restore();
    expect(fastify.graphql).toBe(graphql);
    expect(text()).toBe('');
  });

  it('traces an execution without a context, by the chosen operation', async () => {
    const { fastify, text } = trace(async (preExecution, source, context) => {
      preExecution({}, parse(source as string), context as object);
      return { data: {} };
    });
    await fastify.graphql('query A { a } query B { b }', undefined, {}, 'B');
    expect(text()).toBe('query B');
  });

  it('records a rejection before and after the execution has begun', async () => {
    const refused = trace(() => Promise.reject(new Error('early')));
    await expect(refused.fastify.graphql('{')).rejects.toThrow('early');
    expect(refused.text()).toBe('graphql ERROR "early" exception Error');
    const failed = trace(async (preExecution, source, context) => {
      preExecution({}, parse(source as string), context as object);
      throw new Error('late');
    });
    await expect(failed.fastify.graphql('query A { a }')).rejects.toThrow('late');
    expect(failed.text()).toBe('query A ERROR "late" exception Error');
  });
});
