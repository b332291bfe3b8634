import { type HostAndPort, parseHostAndPort } from '../../carriers/index.js';

/** The address that a channel has reached. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The server that a channel's target means: `dns:orders:50051`, `dns:///orders:50051`,
 * `ipv4:127.0.0.1:50051`, `unix:/run/orders.sock`.
 *
 * Spec: `docs/rpc/grpc.md`, "Client": `server.address` is what the target says, not the socket; the
 * whole target without a port where it cannot be read, as for several addresses or `xds`.
 */
export function parseChannelTarget(target: string): HostAndPort {
  const match = /^(dns|ipv4|ipv6|unix|unix-abstract):(.*)$/.exec(target);
  if (match === null) return parseHostAndPort(target) ?? { host: target, port: undefined };
  const [, scheme, rest = ''] = match as unknown as [string, string, string];
  if (scheme.startsWith('unix')) return { host: rest.replace(/^\/\/\//, '/'), port: undefined };
  // Between two slashes and the third stands which name server to ask.
  const host = scheme === 'dns' ? rest.replace(/^\/\/[^/]*\//, '') : rest;
  return parseHostAndPort(host) ?? parseHostAndPort(target) ?? { host: target, port: undefined };
}

/** Null for what is no address: before a channel has reached one, its peer is the target still. */
export function parsePeer(peer: string): PeerAddress | null {
  const { host, port } = parseHostAndPort(peer) ?? {};
  if (host === undefined || port === undefined || !/^[\d.]+$|:/.test(host)) return null;
  return { host, port };
}
