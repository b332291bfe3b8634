/** A host as callers name it. */
export interface Authority {
  /** Name or address; IPv6 without its brackets. */
  readonly address: string;
  /** Undefined where none was named. */
  readonly port: number | undefined;
}

const MAX_PORT = 65535;

/**
 * Reads `host`, `host:port`, `[IPv6]` or `[IPv6]:port`.
 *
 * @returns undefined for what is none of these
 */
export function parseAuthority(text: string): Authority | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/?#@,[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const [, ipv6, name, digits] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > MAX_PORT) return undefined;
  return { address: (ipv6 ?? name) as string, port };
}

/** The port that a URL means where it names none. */
export function defaultPortOf(scheme: string): number {
  return scheme === 'https' ? 443 : 80;
}
