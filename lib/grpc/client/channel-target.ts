import { type HostAndPort, parseHostAndPort } from '../../carriers/index.js';

/** The address that a channel is connected to. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Parses the server from the target of a channel: `dns:orders:50051`, `dns:///orders:50051`,
 * `ipv4:127.0.0.1:50051`, `unix:/run/orders.sock`.
 *
 * Spec: `docs/rpc/grpc.md`, "Client": `server.address` is the address in the target, not that of the
 * socket. For a target that is not one host, such as several addresses or `xds`, it is the whole target.
 */
export function parseChannelTarget(target: string): HostAndPort {
  const match = /^(dns|ipv4|ipv6|unix|unix-abstract):(.*)$/.exec(target);
  if (match === null) return parseHostAndPort(target) ?? { host: target, port: undefined };
  const [, scheme, rest = ''] = match as unknown as [string, string, string];
  if (scheme.startsWith('unix')) return { host: rest.replace(/^\/\/\//, '/'), port: undefined };
  // `//authority/` names the DNS server.
  const host = scheme === 'dns' ? rest.replace(/^\/\/[^/]*\//, '') : rest;
  return parseHostAndPort(host) ?? parseHostAndPort(target) ?? { host: target, port: undefined };
}

/** Returns null if the text is not an address: before a channel is connected, its peer is the target. */
export function parsePeer(peer: string): PeerAddress | null {
  const { host, port } = parseHostAndPort(peer) ?? {};
  if (host === undefined || port === undefined || !/^[\d.]+$|:/.test(host)) return null;
  return { host, port };
}
