import { describe, expect, it } from '@jest/globals';
import { parseChannelTarget, parsePeer } from '../../../../lib/grpc/client/channel-target.js';

describe('parseChannelTarget', () => {
  it.each([
    ['dns:orders:50051', 'orders', 50051],
    ['dns:///orders:50051', 'orders', 50051],
    ['dns://8.8.8.8/orders:50051', 'orders', 50051],
    ['dns:orders', 'orders', undefined],
    ['orders:50051', 'orders', 50051],
    ['ipv4:127.0.0.1:50051', '127.0.0.1', 50051],
    ['ipv6:[::1]:50051', '::1', 50051],
    ['unix:/run/orders.sock', '/run/orders.sock', undefined],
    ['unix:///run/orders.sock', '/run/orders.sock', undefined],
  ])('%s', (target, host, port) => {
    expect(parseChannelTarget(target)).toEqual({ host, port });
  });

  it.each(['ipv4:1.2.3.4:1,5.6.7.8:1', 'xds:///orders', ''])('takes %j as a whole', (target) => {
    expect(parseChannelTarget(target)).toEqual({ host: target, port: undefined });
  });
});

describe('parsePeer', () => {
  it.each([
    ['10.0.0.7:1', { host: '10.0.0.7', port: 1 }],
    ['[::1]:2', { host: '::1', port: 2 }],
    ['dns:orders:1', null],
    ['orders:1', null],
    ['10.0.0.7', null],
    ['/run/orders.sock', null],
  ])('%s', (peer, address) => {
    expect(parsePeer(peer)).toEqual(address);
  });
});
