import { describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { GraphqlOperation } from '../../../lib/graphql/graphql-operation.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

describe('GraphqlOperation', () => {
  const createTracing = tracingsOfTest();

  function begin(outer = TracingContext.ROOT) {
    const { tracer, recorder } = createTracing();
    const open = new Set<GraphqlOperation>();
    const span = tracer.startSpan('query');
    const operation = new GraphqlOperation(open, span, outer, 0, false, false);
    const text = (): string => {
      operation.finish();
      return traceAsText(recorder.takeSpans(), { attributes: ['error.type'], events: true });
    };
    return { open, operation, text };
  }

  it('runs resolvers in its context, with their arguments', () => {
    const { operation, text } = begin();
    const self = {};
    const resolver = function (this: unknown, ...args: unknown[]): unknown {
      return [this, args, contextStorage.active().entry];
    };
    expect(operation.resolve(resolver, self, [1, 2])).toEqual([self, [1, 2], operation]);
    contextStorage.run(operation.context, () =>
      expect(operation.resolve(resolver, self, [])).toEqual([self, [], operation]),
    );
    text();
  });

  it('belongs to the span of the request that executes it', () => {
    const { operation, text } = begin();
    expect(operation.entrySpan).toBe(operation.span);
    text();
    const { tracer, recorder } = createTracing();
    const entrySpan = tracer.startSpan('POST /graphql');
    const request = { exceptionCaught() {}, entrySpan };
    const inside = begin(TracingContext.ROOT.withEntry(entrySpan, request));
    expect(inside.operation.entrySpan).toBe(entrySpan);
    inside.text();
    entrySpan.end();
    recorder.reset();
  });

  it('records each error of a resolver once, and passes it on', async () => {
    const { operation, text } = begin();
    const [first, second] = [new TypeError('first'), new RangeError('second')];
    const failing = (): never => {
      throw first;
    };
    expect(() => operation.resolve(failing, undefined, [])).toThrow(first);
    const rejecting = (): Promise<never> => Promise.reject(second);
    await expect(operation.resolve(rejecting, undefined, [])).rejects.toBe(second);
    operation.recordErrors([
      new GraphQLError('', { originalError: first }),
      { message: 'formatted' },
    ]);
    expect(text()).toBe(
      'query error.type=TypeError ERROR "first" exception TypeError exception RangeError "second"',
    );
  });

  it('records a formatted error if resolvers have told of none', () => {
    const { operation, text } = begin();
    operation.recordErrors([{ message: 'formatted' }]);
    expect(text()).toContain('ERROR "formatted"');
  });

  it('records a limited number of errors', () => {
    const { operation, text } = begin();
    operation.recordErrors(Array.from({ length: 20 }, (_, index) => new Error(`${index}`)));
    expect(text().match(/exception/g)).toHaveLength(8);
  });

  it('belongs to its own request, or to code whose context was lost', () => {
    const entry = { exceptionCaught() {} };
    const { tracer } = createTracing();
    const { operation, text } = begin(TracingContext.ROOT.withEntry(tracer.startSpan('x'), entry));
    expect(
      [undefined, entry, operation, { exceptionCaught() {} }].map((active) =>
        operation.canBelongTo(active),
      ),
    ).toEqual([true, true, true, false]);
    text();
  });

  it('is open until its end, after which it records nothing', () => {
    const { open, operation, text } = begin();
    expect(open.size).toBe(1);
    operation.breakOff('shutdown');
    operation.exceptionCaught(new Error('late'));
    operation.recordRefusals([new Error('late')]);
    expect(open.size).toBe(0);
    expect(text()).toBe('query (event shutdown)');
  });
});
