import { describe, expect, it } from '@jest/globals';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import { remoteEndpoint } from '../../../../lib/export/zipkin/remote-endpoint.js';

describe('the remote endpoint of a call', () => {
  it.each<[Attributes, object | undefined]>([
    [{}, undefined],
    [{ 'http.route': '/a' }, undefined],
    [{ 'peer.service': 'Stock', 'server.address': 'stock.local' }, { serviceName: 'stock' }],
    [
      { 'server.address': 'stock.local', 'server.port': 8080 },
      { serviceName: 'stock.local', port: 8080 },
    ],
    [{ 'server.address': 'stock.local', 'server.port': 0 }, { serviceName: 'stock.local' }],
    [{ 'server.address': 'stock.local', 'server.port': 'x' }, { serviceName: 'stock.local' }],
    [{ 'server.address': 'a', 'network.peer.address': '10.0.0.1' }, { serviceName: 'a' }],
    [
      { 'network.peer.address': '10.0.0.1', 'network.peer.port': 5432 },
      { ipv4: '10.0.0.1', port: 5432 },
    ],
    [{ 'network.peer.address': '2001:db8::1' }, { ipv6: '2001:db8::1' }],
    [
      { 'net.peer.name': 'old', 'net.peer.port': 80 },
      { serviceName: 'old', port: 80 },
    ],
    [{ 'net.sock.peer.addr': '10.0.0.2' }, { ipv4: '10.0.0.2' }],
    [{ 'peer.hostname': 'older' }, { serviceName: 'older' }],
    [{ 'db.namespace': 'shop' }, { serviceName: 'shop' }],
    [{ 'peer.service': '', 'db.name': 'shop' }, { serviceName: 'shop' }],
    [{ 'peer.service': 7 }, undefined],
  ])('with %j is %j', (attributes, endpoint) => {
    expect(remoteEndpoint(SpanKind.CLIENT, attributes)).toEqual(endpoint);
    expect(remoteEndpoint(SpanKind.PRODUCER, attributes)).toEqual(endpoint);
  });

  it.each([SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CONSUMER])(
    'is none for a span of kind %s, which calls nobody',
    (kind) => {
      expect(remoteEndpoint(kind, { 'peer.service': 'stock' })).toBeUndefined();
    },
  );
});
