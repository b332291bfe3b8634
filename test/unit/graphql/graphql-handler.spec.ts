import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { GraphqlHandler } from '../../../lib/graphql/graphql-handler.js';
import type { GraphqlDefinition } from '../../../lib/graphql/graphql-shapes.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const CLIENT = { headers: {}, connectionParams: undefined };
const definition = (text: string) => parse(text).definitions[0] as unknown as GraphqlDefinition;

describe('GraphqlHandler', () => {
  const createTracing = tracingsOfTest();

  it('describes the entry by its operation, or as a batch', () => {
    const { tracer, recorder } = createTracing();
    const handler = new GraphqlHandler(tracer);
    const described: string[] = [];
    const entry = { exceptionCaught() {}, describeWork: (work: string) => described.push(work) };
    const context = TracingContext.ROOT.withEntry(tracer.startSpan('request'), entry);
    contextStorage.run(context, () => {
      for (const text of ['query A { a }', 'query A { a }', 'query B { a }', 'query C { a }']) {
        handler.begin(definition(text), undefined, {}, handler.arriveInRequest())?.finish();
      }
    });
    expect(described).toEqual(['query A', 'batch']);
    recorder.reset();
  });

  it('finds an operation by its context value, for its own request', () => {
    const { tracer, recorder } = createTracing();
    const handler = new GraphqlHandler(tracer);
    const value = {};
    const operation = handler.begin(
      definition('{ a }'),
      undefined,
      value,
      handler.arriveInRequest(),
    );
    expect(handler.operationOf(value)).toBe(operation);
    expect(handler.isKnown(value)).toBe(true);
    for (const other of [{}, null, undefined, 'text']) {
      expect(handler.operationOf(other)).toBeUndefined();
      expect(handler.isKnown(other)).toBe(false);
    }
    const otherEntry = TracingContext.ROOT.withEntry(tracer.startSpan('x'), {
      exceptionCaught() {},
    });
    expect(contextStorage.run(otherEntry, () => handler.operationOf(value))).toBeUndefined();
    operation?.finish();
    recorder.reset();
  });

  it('starts a server span with a link if no request executes the operation', () => {
    const { tracer, recorder } = createTracing();
    const handler = new GraphqlHandler(tracer);
    const request = tracer.startSpan('request');
    contextStorage.run(TracingContext.ROOT.withSpan(request), () => {
      const links = handler.linksOfHandshake(CLIENT);
      const arrival = handler.arriveOverSocket(links, undefined, CLIENT);
      handler.begin(definition('subscription S { s }'), undefined, {}, arrival)?.finish();
      handler.refused([new Error('no')], arrival);
    });
    request.end();
    expect(traceAsText(recorder.takeSpans(), { attributes: false, links: true })).toBe(
      'request\n\nsubscription S [server] (link to request)\n\ngraphql [server] ERROR "no" exception Error (link to request)',
    );
  });

  it('starts a span at the time at which the driver received the document', () => {
    const { tracer, recorder } = createTracing();
    const handler = new GraphqlHandler(tracer);
    const arrivals = [
      handler.arriveInRequest(),
      handler.arriveOverSocket(undefined, undefined, CLIENT),
    ];
    const parsed = tracer.startSpan('parsed');
    for (const arrival of arrivals) {
      handler.begin(definition('{ a }'), undefined, {}, arrival)?.finish();
      handler.refused([], arrival);
    }
    parsed.end();
    const names = [...recorder.takeSpans()]
      .sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1])
      .map(({ name }) => name);
    expect(names.at(-1)).toBe('parsed');
    const request = tracer.startSpan('request');
    contextStorage.run(TracingContext.ROOT.withSpan(request), () => {
      expect(handler.arriveInRequest().startTime).toBeDefined();
    });
    request.end();
    recorder.reset();
    contextStorage.run(TracingContext.SUPPRESSED, () => {
      expect(handler.arriveInRequest().startTime).toBeUndefined();
    });
  });

  it('remembers ignored operations, whose resolvers have no spans', () => {
    const { tracer, recorder } = createTracing();
    const handler = new GraphqlHandler(tracer, {
      ignore: [/^A/, ({ type }) => type === 'mutation'],
    });
    for (const text of ['query A { a }', 'mutation M { a }']) {
      const value = {};
      expect(
        handler.begin(definition(text), undefined, value, handler.arriveInRequest()),
      ).toBeUndefined();
      expect(handler.isIgnored(value)).toBe(true);
      expect(handler.operationOf(value)).toBeUndefined();
    }
    expect(handler.isIgnored({})).toBe(false);
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('costs nothing below an unsampled span', () => {
    const { tracer } = createTracing({ sampler: new AlwaysOffSampler() });
    const handler = new GraphqlHandler(tracer);
    const value = {};
    contextStorage.run(TracingContext.ROOT.withSpan(tracer.startSpan('request')), () => {
      expect(
        handler.begin(definition('{ a }'), undefined, value, handler.arriveInRequest()),
      ).toBeUndefined();
    });
    expect(handler.isKnown(value)).toBe(false);
  });

  it('reports what cannot be traced, and executes it', () => {
    const { tracer, warnings } = createTracing();
    const handler = new GraphqlHandler(tracer);
    expect(handler.begin(null as never, undefined, {}, handler.arriveInRequest())).toBeUndefined();
    expect(warnings.join()).toContain('A GraphQL operation could not be traced');
  });

  it('ends open operations at the shutdown, and begins none after it', () => {
    const { tracer, recorder } = createTracing();
    const handler = new GraphqlHandler(tracer);
    handler.begin(definition('{ a }'), undefined, {}, handler.arriveInRequest());
    handler.finishAll();
    expect(recorder.takeSpan().events.map(({ name }) => name)).toEqual(['shutdown']);
    expect(
      handler.begin(definition('{ a }'), undefined, {}, handler.arriveInRequest()),
    ).toBeUndefined();
    handler.refused([new Error('late')], handler.arriveInRequest());
    expect(recorder.takeSpans()).toEqual([]);
  });
});
