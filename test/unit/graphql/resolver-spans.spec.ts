import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import type { GraphqlPath, GraphqlResolveInfo } from '../../../lib/graphql/graphql-shapes.js';
import { ResolverSpans } from '../../../lib/graphql/resolver-spans.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const infoOf = (typeName: string, fieldName: string, path: GraphqlPath): GraphqlResolveInfo => ({
  parentType: { name: typeName },
  fieldName,
  path,
  operation: { kind: 'OperationDefinition' },
});

describe('ResolverSpans', () => {
  const createTracing = tracingsOfTest();

  function create(depth: number, endsIdle = false) {
    const { tracer, recorder } = createTracing();
    const root = tracer.startSpan('query');
    const spans = new ResolverSpans(tracer, TracingContext.ROOT.withSpan(root), depth, endsIdle);
    const text = (): string => {
      spans.finish();
      root.end();
      return traceAsText(recorder.takeSpans(), {
        attributes: ['nestjs.graphql.resolver.call_count'],
      });
    };
    return { tracer, spans, text };
  }

  const COUNT = 'nestjs.graphql.resolver.call_count';

  it('stand for all items, and are below the span of the field above', async () => {
    const { tracer, spans, text } = create(2);
    const orders: GraphqlPath = { prev: undefined, key: 'alias' };
    await spans.resolve(async () => [], undefined, [], infoOf('Query', 'orders', orders));
    for (const index of [0, 1]) {
      const customer: GraphqlPath = { prev: { prev: orders, key: index }, key: 'customer' };
      spans.resolve(() => {}, undefined, [], infoOf('Order', 'customer', customer));
      const name: GraphqlPath = { prev: customer, key: 'name' };
      const deep = (): void => tracer.trace(`below ${index}`, {}, () => {});
      spans.resolve(deep, undefined, [], infoOf('Customer', 'name', name));
    }
    expect(text()).toBe(
      `query\n  Query.orders ${COUNT}=1\n    Order.customer ${COUNT}=2\n      below 0\n      below 1`,
    );
  });

  it.each([
    // Each level has a resolver.
    { levels: 1000, resolversPerLevel: 1 },
    // Only the deepest level has resolvers, under many aliases.
    { levels: 1000, resolversPerLevel: 0 },
  ])('follow long paths once, not for each call: %j', ({ levels, resolversPerLevel }) => {
    const { spans, text } = create(2);
    let stepCount = 0;
    const below = (above: GraphqlPath | undefined, key: string): GraphqlPath => ({
      get prev() {
        stepCount++;
        return above;
      },
      key,
    });
    let path: GraphqlPath | undefined;
    for (let level = 0; level < levels; level++) {
      path = below(path, 'a');
      if (resolversPerLevel > 0) spans.resolve(() => {}, undefined, [], infoOf('T', 'a', path));
    }
    for (let alias = 0; alias < 1000; alias++) {
      const own = below(path, `b${alias}`);
      spans.resolve(() => {}, undefined, [], infoOf('T', 'b', own));
    }
    expect(stepCount).toBeLessThan(5 * (levels + 1000));
    text();
  });

  it('end with the last call, not with the operation', async () => {
    const { tracer, recorder } = createTracing();
    const spans = new ResolverSpans(tracer, TracingContext.ROOT, 1, false);
    spans.resolve(() => {}, undefined, [], infoOf('Query', 'a', { prev: undefined, key: 'a' }));
    const later = tracer.startSpan('later').currentTime();
    spans.finish();
    const span = recorder.takeSpan('Query.a');
    expect(span.endTime < (later as typeof span.endTime)).toBe(true);
    recorder.reset();
  });

  it('end as soon as nothing runs, for the events of a subscription', async () => {
    const { spans, text } = create(1, true);
    const info = infoOf('Order', 'id', { prev: undefined, key: 'id' });
    await spans.resolve(async () => {}, undefined, [], info);
    await spans.resolve(async () => {}, undefined, [], info);
    expect(text()).toBe(`query\n  Order.id ${COUNT}=1\n  Order.id ${COUNT}=1`);
  });

  it('record failures and pass them on', async () => {
    const { spans, text } = create(1);
    const error = new TypeError('wrong');
    const info = infoOf('Query', 'a', { prev: undefined, key: 'a' });
    const throwing = (): never => {
      throw error;
    };
    expect(() => spans.resolve(throwing, undefined, [], info)).toThrow(error);
    await expect(spans.resolve(() => Promise.reject(error), undefined, [], info)).rejects.toBe(
      error,
    );
    expect(text()).toBe(`query\n  Query.a ${COUNT}=2 ERROR "wrong" exception TypeError`);
    expect(contextStorage.active().span).toBeUndefined();
  });
});
