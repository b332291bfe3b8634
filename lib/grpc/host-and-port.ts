/** A host as callers name it, with its port if they do. */
export interface HostAndPort {
  /** Name or address; IPv6 without its brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

const MAX_PORT = 65535;

/** How many texts are remembered: a peer may send any. */
const MAX_REMEMBERED = 100;

/**
 * Reads texts that keep coming back: an application has few targets, peers and names, and each call
 * tells them again.
 *
 * @param maxRemembered more than the default only for texts that no peer can make up
 */
export function rememberParsed<T>(
  parse: (text: string) => T,
  maxRemembered = MAX_REMEMBERED,
): (text: string) => T {
  const parsed = new Map<string, T>();
  return (text) => {
    let result = parsed.get(text);
    if (result === undefined) {
      result = parse(text);
      if (parsed.size < maxRemembered) parsed.set(text, result);
    }
    return result;
  };
}

/**
 * Reads `host`, `host:port`, `[IPv6]`, `[IPv6]:port`, or IPv6 alone.
 *
 * @returns undefined for what is none of these
 */
export function parseHostAndPort(text: string): HostAndPort | undefined {
  if (/^[0-9a-fA-F.]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*$/.test(text)) {
    return { host: text, port: undefined };
  }
  const match = /^(?:\[([0-9a-fA-F:.]+(?:%\w+)?)\]|([^\s:/?#@,[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const [, ipv6, name, digits] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > MAX_PORT) return undefined;
  return { host: (ipv6 ?? name) as string, port };
}
