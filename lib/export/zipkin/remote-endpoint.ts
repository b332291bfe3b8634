import { type Attributes, SpanKind } from '@opentelemetry/api';

/** The other side of a call in Zipkin's model. */
export interface ZipkinEndpoint {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
}

/** Attributes that name the other side of a call, the best first, with the attribute of the port. */
const ADDRESSES: readonly (readonly [address: string, port?: string])[] = [
  ['peer.service'],
  ['server.address', 'server.port'],
  ['net.peer.name', 'net.peer.port'],
  ['network.peer.address', 'network.peer.port'],
  ['server.socket.domain'],
  ['server.socket.address', 'server.socket.port'],
  ['net.sock.peer.name'],
  ['net.sock.peer.addr', 'net.sock.peer.port'],
  ['peer.hostname'],
  ['peer.address'],
  ['db.namespace'],
  ['db.name'],
];

/**
 * The other side of a call, which Zipkin needs to draw a dependency. Only client and producer spans have
 * one. Spec: `trace/sdk_exporters/zipkin.md#remote-endpoint`.
 */
export function remoteEndpoint(
  kind: SpanKind,
  attributes: Readonly<Attributes>,
): ZipkinEndpoint | undefined {
  if (kind !== SpanKind.CLIENT && kind !== SpanKind.PRODUCER) return undefined;
  for (const [addressKey, portKey] of ADDRESSES) {
    const address = attributes[addressKey];
    if (typeof address !== 'string' || address === '') continue;
    const port = portKey === undefined ? undefined : attributes[portKey];
    return { ...endpointAt(address), ...(isPort(port) ? { port } : {}) };
  }
  return undefined;
}

function endpointAt(address: string): ZipkinEndpoint {
  const version = process.getBuiltinModule('node:net').isIP(address);
  if (version === 4) return { ipv4: address };
  if (version === 6) return { ipv6: address };
  // Zipkin accepts names of services in lower case only.
  return { serviceName: address.toLowerCase() };
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}
