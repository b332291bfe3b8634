import { describe, expect, it } from '@jest/globals';
import type { GraphqlTracingOptions } from '../../../lib/graphql/graphql-options.js';
import { SocketContextReader } from '../../../lib/graphql/socket-context.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const traceparentOf = (digit: string) => `00-${'a'.repeat(32)}-${digit.repeat(16)}-01`;
const HEADERS = { traceparent: traceparentOf('1') };
const PARAMS = { trace: { traceparent: traceparentOf('2') } };
const EXTENSIONS = { trace: { traceparent: traceparentOf('3') } };

describe('SocketContextReader', () => {
  const createTracing = tracingsOfTest();

  function read(options: GraphqlTracingOptions, client: object, extensions?: unknown) {
    const { tracer, warnings } = createTracing();
    const reader = new SocketContextReader(tracer, options);
    const links = reader.linksOfHandshake(client as never);
    const arrival = reader.arrivalOf(links, extensions, client as never);
    return {
      handshake: links?.map(({ context }) => context.spanId[0]).join(),
      parent: arrival.outer.span?.spanContext().spanId[0],
      links: arrival.links?.map(({ context }) => context.spanId[0]).join(),
      warnings,
    };
  }

  it.each([
    [{}, { headers: {} }, {}],
    [{}, { headers: HEADERS, connectionParams: PARAMS }, { handshake: '1', links: '1' }],
    [
      { contextField: 'trace' },
      { headers: HEADERS, connectionParams: PARAMS },
      { handshake: '2', links: '2', parent: '3' },
    ],
    [
      { contextField: 'trace', incomingContext: 'link' as const },
      { headers: HEADERS },
      { handshake: '1', links: '1,3' },
    ],
    [
      { contextField: 'trace', incomingContext: 'ignore' as const },
      { headers: HEADERS },
      { links: '' },
    ],
    [
      {
        contextField: 'trace',
        incomingContext: ({ headers }: { headers: object }) =>
          'x' in headers ? ('link' as const) : ('ignore' as const),
      },
      { headers: { ...HEADERS, x: '1' } },
      { handshake: '1', links: '1,3' },
    ],
  ])('with the options %p reads the client %p', (options, client, expected) => {
    expect(read(options, client, EXTENSIONS)).toEqual({
      handshake: undefined,
      parent: undefined,
      links: undefined,
      warnings: [],
      ...expected,
    });
  });

  it('reports what it cannot read', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
        getOwnPropertyDescriptor: () => {
          throw new Error('no');
        },
      },
    );
    const { handshake, parent, warnings } = read(
      { contextField: 'trace' },
      { headers: {}, connectionParams: hostile },
      hostile,
    );
    expect([handshake, parent]).toEqual([undefined, undefined]);
    expect(warnings.join()).toContain('handshake');
  });
});
