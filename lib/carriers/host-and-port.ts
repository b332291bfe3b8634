/** A host and its port; the port is undefined if the text contains none. */
export interface HostAndPort {
  /** Name or address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

export const MAX_PORT = 65535;

/**
 * Parses `host`, `host:port`, `[IPv6]`, `[IPv6]:port`, or IPv6 without brackets.
 *
 * @returns undefined for any other text
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

/** Returns the default port of a URL scheme. */
export function defaultPortOf(scheme: string): number {
  return scheme === 'https' ? 443 : 80;
}
