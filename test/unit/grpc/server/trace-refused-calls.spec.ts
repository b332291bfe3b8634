import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { GrpcServerHandler } from '../../../../lib/grpc/server/grpc-server-handler.js';
import { traceRefusedCalls } from '../../../../lib/grpc/server/trace-refused-calls.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const REFUSED = { sentHeaders: { 'grpc-status': 12 } };

function setUp() {
  const tracing = createTracing();
  const handler = new GrpcServerHandler(tracing.tracer);
  const http2Server = new EventEmitter();
  const server = {
    http2Servers: new Map([[http2Server, {}]]),
    handlers: new Map([['/shop.Orders/Find', {}]]),
  };
  traceRefusedCalls(server, () => handler);
  return { ...tracing, http2Server };
}

describe('traceRefusedCalls', () => {
  it('gives calls of unknown methods a span, with the context of their caller', () => {
    const { http2Server, recorder } = setUp();
    http2Server.emit('stream', REFUSED, {
      ':path': '/shop.Orders/Lose',
      ':authority': 'orders:1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      cookie: ['a', 'b'],
    });
    expect(traceAsText(recorder.takeSpans())).toBe(
      'grpc [server, remote parent] error.type=UNIMPLEMENTED rpc.method=_OTHER' +
        ' rpc.method_original=shop.Orders/Lose rpc.status_code=UNIMPLEMENTED rpc.system.name=grpc' +
        ' server.address=orders server.port=1 ERROR "The server has no such method"',
    );
  });

  it('survives a session that is gone', () => {
    const { http2Server, recorder } = setUp();
    const session = {
      get socket(): never {
        throw new Error('unbound');
      },
    };
    http2Server.emit('stream', { ...REFUSED, session }, { ':path': '/a.B/C' });
    expect(recorder.takeSpan().attributes['rpc.method_original']).toBe('a.B/C');
  });

  it.each([
    ['of known methods', REFUSED, { ':path': '/shop.Orders/Find' }],
    ['that are not of gRPC', { sentHeaders: { ':status': 415 } }, { ':path': '/' }],
    ['without a path', REFUSED, {}],
  ])('leaves calls %s alone', (_, stream, headers) => {
    const { http2Server, recorder } = setUp();
    http2Server.emit('stream', stream, headers);
    expect(recorder.spans).toEqual([]);
  });

  it.each([
    undefined,
    {},
    { http2Servers: new Map([[new EventEmitter(), {}]]) },
    { http2Servers: [], handlers: [] },
    { http2Servers: new Map([[{}, {}]]), handlers: new Map() },
    { http2Servers: new Map([[undefined, {}]]), handlers: new Map() },
  ])('does nothing to %j', (server) => {
    expect(() => traceRefusedCalls(server, () => undefined)).not.toThrow();
  });
});
