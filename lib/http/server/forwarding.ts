import type { IncomingHttpHeaders } from 'node:http';

/** What proxies in front of a server say about the request as the client sent it. */
export interface Forwarding {
  /** The client: an address, perhaps with a port. */
  readonly client: string | undefined;
  /** The host that the client named: `host` or `host:port`. */
  readonly host: string | undefined;
  /** `http` or `https`. */
  readonly scheme: string | undefined;
}

/**
 * Reads `Forwarded` (RFC 7239), else `X-Forwarded-For`, `-Host` and `-Proto`. The first element of
 * each counts: it is what the proxy nearest to the client said. Anyone can send these headers, so
 * they are to be read only where the user said that a proxy sets them.
 */
export function readForwarding(headers: IncomingHttpHeaders): Forwarding {
  const forwarded = firstOf(headers.forwarded);
  if (forwarded !== undefined) {
    const pairs = readPairs(forwarded);
    return {
      client: pairs.get('for'),
      host: pairs.get('host'),
      scheme: schemeOf(pairs.get('proto')),
    };
  }
  return {
    client: firstOf(headers['x-forwarded-for']),
    host: firstOf(headers['x-forwarded-host']),
    scheme: schemeOf(firstOf(headers['x-forwarded-proto'])),
  };
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  // A comma in a quoted string separates nothing.
  const first = text === undefined ? undefined : /^(?:"(?:[^"\\]|\\.)*"|[^",])*/.exec(text)?.[0];
  const trimmed = first?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function readPairs(element: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const match of element.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/gi)) {
    const [, name, quoted, plain] = match;
    const value = quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
    if (name !== undefined && value !== undefined) pairs.set(name.toLowerCase(), value);
  }
  return pairs;
}

function schemeOf(text: string | undefined): string | undefined {
  const scheme = text?.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}
