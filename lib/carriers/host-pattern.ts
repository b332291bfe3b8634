import { MAX_PORT } from './host-and-port.js';

/** `*.` or none; host, an IPv6 address in brackets; port or none. */
const PATTERN = /^(\*\.)?(\[[\da-f:.]+\]|[^\s/*:?#@[\]\\]+)(?::(\d{1,5}))?$/i;

/**
 * Hosts that a user means by a text: a host (`stock.example`), all subdomains of one
 * (`*.stock.example`, without the domain itself), at any port or at one (`localhost:8080`).
 */
export class HostPattern {
  readonly #hostname: string;
  /** False where the subdomains are meant. */
  readonly #isWhole: boolean;
  readonly #port: number | undefined;

  private constructor(hostname: string, isWhole: boolean, port: number | undefined) {
    this.#hostname = hostname;
    this.#isWhole = isWhole;
    this.#port = port;
  }

  /**
   * @param defaultPort the port where the text names none; undefined means any
   * @returns undefined for a text that is no such pattern
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
   * @param port of the receiver, the default one of its protocol included
   */
  matches(hostname: string, port: number): boolean {
    if (this.#port !== undefined && this.#port !== port) return false;
    return this.#isWhole ? hostname === this.#hostname : hostname.endsWith(`.${this.#hostname}`);
  }
}

/**
 * A host as the `hostname` of a URL: lower case, Punycode, IPv6 in brackets.
 *
 * @param host a name or an address, IPv6 in brackets
 * @returns undefined for a text that cannot be a host
 */
export function hostnameOf(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}
