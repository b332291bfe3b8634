import { HostPattern, hostnameOf, type ReceiverRulesPlan } from '../../carriers/index.js';
import { parseChannelTarget } from './channel-target.js';

/** The receiver of a channel's calls, in the form that rules compare. */
export interface GrpcReceiver {
  /**
   * `host:port`, with the default port if the target contains none; IPv6 in brackets. `unix:/path` for
   * a socket; the whole target if it is not one host.
   */
  readonly text: string;
  /** Undefined if the target is not one host. */
  readonly hostname: string | undefined;
  readonly port: number;
}

/** Rules for the receivers of calls: `GrpcTargetRule`. */
export const TARGET_RULES: ReceiverRulesPlan<GrpcReceiver> = {
  parse,
  textOf: ({ text }) => text,
  argumentOf: ({ text }) => text,
  requirement:
    'must be hosts, sockets, regular expressions or functions of the target, in an array',
  remedy:
    'Write ["stock.example:50051"] for a host and port, ["*.stock.example"] for all subdomains. The only allowed scheme is unix:.',
};

/** The port that `@grpc/grpc-js` uses if a target contains none. */
const DEFAULT_PORT = 443;

const SOCKET = /^(unix(?:-abstract)?):/;

/**
 * Parses the receiver from the target of a channel.
 *
 * @param target such as `dns:stock.example:50051`
 */
export function receiverOf(target: string): GrpcReceiver {
  const { host, port = DEFAULT_PORT } = parseChannelTarget(target);
  const [, scheme] = SOCKET.exec(target) ?? [];
  if (scheme !== undefined) return { text: `${scheme}:${host}`, hostname: undefined, port };
  const hostname = hostnameOf(host.includes(':') ? `[${host}]` : host);
  return { text: hostname === undefined ? target : `${hostname}:${port}`, hostname, port };
}

function parse(rule: string): ((receiver: GrpcReceiver) => boolean) | undefined {
  if (SOCKET.test(rule)) {
    const wanted = receiverOf(rule).text;
    return ({ text }) => text === wanted;
  }
  const pattern = HostPattern.parse(rule);
  if (pattern === undefined) return undefined;
  return ({ hostname, port }) => hostname !== undefined && pattern.matches(hostname, port);
}
