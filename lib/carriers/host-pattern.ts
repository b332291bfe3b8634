import { MAX_PORT } from './host-and-port.js';

/** Optional `*.`, host (an IPv6 address in brackets), optional port. */
const PATTERN = /^(\*\.)?(\[[\da-f:.]+\]|[^\s/*:?#@[\]\\]+)(?::(\d{1,5}))?$/i;

/**
 * Matches hosts by a text from the user: one host (`stock.example`) or all subdomains of a host
 * (`*.stock.example`, without the domain itself), at any port or at one port (`localhost:8080`).
 */
export class HostPattern {
  readonly #hostname: string;
  /** False if the pattern matches subdomains. */
  readonly #isWhole: boolean;
  readonly #port: number | undefined;

  private constructor(hostname: string, isWhole: boolean, port: number | undefined) {
    this.#hostname = hostname;
    this.#isWhole = isWhole;
    this.#port = port;
  }

  /**
   * @param defaultPort the port if the text contains none; undefined means any port
   * @returns undefined for a text that is not a valid pattern
   */
  static parse(text: string, defaultPort?: number): HostPattern | undefined {
    const [, wildcard, host, digits] = PATTERN.exec(text) ?? [];
    if (host === undefined) return undefined;
    const hostname = hostnameOf(host);
    const port = digits === undefined ? defaultPort : Number(digits);
    if (hostname === undefined || (port ?? 0) > MAX_PORT) return undefined;
    return new HostPattern(hostname, wildcard === undefined, port);
  }

  /**
   * @param hostname as {@link hostnameOf} returns it
   * @param port port of the receiver; the default port of the protocol if the address contains none
   */
  matches(hostname: string, port: number): boolean {
    if (this.#port !== undefined && this.#port !== port) return false;
    return this.#isWhole ? hostname === this.#hostname : hostname.endsWith(`.${this.#hostname}`);
  }
}

/**
 * Converts a host to the `hostname` of a URL: lower case, Punycode, IPv6 in brackets.
 *
 * @param host a name or an address, IPv6 in brackets
 * @returns undefined for a text that cannot be a host
 */
export function hostnameOf(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}
