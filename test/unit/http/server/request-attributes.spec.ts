import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import * as names from '../../../../lib/http/attributes.js';
import { KnownMethods } from '../../../../lib/http/known-methods.js';
import { QueryRedactor } from '../../../../lib/http/query-redactor.js';
import { RequestSpanPlan } from '../../../../lib/http/server/request-attributes.js';
import { toAttributes } from '../../../../lib/trace/index.js';

const PEER = { remoteAddress: '10.0.0.9', remotePort: 50_001 };

function createPlan(trustsProxy = false): RequestSpanPlan {
  const methods = new KnownMethods();
  return new RequestSpanPlan({
    methods,
    redactor: new QueryRedactor(),
    headers: undefined,
    trustsProxy,
  });
}

function read(headers: object, socket: object | null = {}, plan = createPlan()) {
  const url = '/orders/7?page=2&token=abc';
  const request = { headers, socket, httpVersion: '2.0', method: 'get', url };
  return toAttributes(plan.attributesOf(request as unknown as IncomingMessage));
}

describe('RequestSpanPlan', () => {
  it('says what is known of a request at its start, under the names of the conventions', () => {
    expect(read({ host: 'shop.example:81', 'user-agent': 'curl/8' }, PEER)).toEqual({
      [names.HTTP_REQUEST_METHOD]: 'GET',
      [names.HTTP_REQUEST_METHOD_ORIGINAL]: 'get',
      [names.NETWORK_PROTOCOL_VERSION]: '2',
      [names.URL_PATH]: '/orders/7',
      [names.URL_QUERY]: 'page=2&token=REDACTED',
      [names.NETWORK_PEER_ADDRESS]: '10.0.0.9',
      [names.NETWORK_PEER_PORT]: 50_001,
      [names.URL_SCHEME]: 'http',
      [names.SERVER_ADDRESS]: 'shop.example',
      [names.SERVER_PORT]: 81,
      [names.CLIENT_ADDRESS]: '10.0.0.9',
      [names.USER_AGENT_ORIGINAL]: 'curl/8',
    });
  });

  it('gives the port of the scheme where none is named', () => {
    expect(read({ host: 'a' })['server.port']).toBe(80);
    const encrypted = read({ host: 'a' }, { encrypted: true });
    expect([encrypted['url.scheme'], encrypted['server.port']]).toEqual(['https', 443]);
  });

  it('takes :authority of HTTP/2', () => {
    expect(read({ ':authority': 'b:2', host: 'a:1' })['server.address']).toBe('b');
  });

  it('reads another host after the last one', () => {
    const plan = createPlan();
    const addresses = ['a', 'a', 'b', 'x y', 'a'].map(
      (host) => read({ host }, {}, plan)['server.address'],
    );
    expect(addresses).toEqual(['a', 'a', 'b', undefined, 'a']);
  });

  it('does without host and socket', () => {
    const trusting = createPlan(true);
    const attributes = read({}, null, trusting);
    expect(attributes).toMatchObject({ 'url.scheme': 'http', 'url.path': '/orders/7' });
    for (const key of ['server.address', 'server.port', 'client.address', 'network.peer.port']) {
      expect(attributes).not.toHaveProperty([key]);
    }
  });

  const forwarded = {
    host: 'inner:81',
    'x-forwarded-for': '192.0.2.1:5000',
    'x-forwarded-host': 'shop.example',
    'x-forwarded-proto': 'https',
  };

  it('believes proxies only where told to', () => {
    expect(read(forwarded, PEER)).toMatchObject({
      'url.scheme': 'http',
      'server.address': 'inner',
      'server.port': 81,
      'client.address': '10.0.0.9',
    });
    expect(read(forwarded, PEER, createPlan(true))).toMatchObject({
      'url.scheme': 'https',
      'server.address': 'shop.example',
      'server.port': 443,
      'client.address': '192.0.2.1',
    });
  });

  it('keeps an IPv6 client without brackets as it is', () => {
    const headers = { 'x-forwarded-for': '2001:db8::1' };
    const trusting = createPlan(true);
    expect(read(headers, {}, trusting)['client.address']).toBe('2001:db8::1');
  });
});
