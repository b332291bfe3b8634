import type { Diagnostics } from '../../diagnostics.js';
import { checkOption } from '../../option-checks.js';
import { defaultPortOf } from '../authority.js';
import type { OriginRule } from './http-client-options.js';

/** True for a URL that a rule means. */
type Matcher = (url: URL) => boolean;

/** Scheme or none; `*.` or none; host, an IPv6 address in brackets; port or none. */
const ORIGIN = /^(?:(https?):\/\/)?(\*\.)?(\[[\da-f:.]+\]|[^\s/*:?#@[\]\\]+)(?::(\d{1,5}))?\/?$/i;

/** Says which receivers are meant. */
export class OriginRules {
  /** Undefined where all are. */
  readonly #matchers: readonly Matcher[] | undefined;
  readonly #option: string;

  /**
   * @param option how the user knows the list, for messages
   * @param rules undefined means all receivers, an empty list none
   * @throws TracingConfigError for what is no list of rules
   */
  constructor(option: string, rules: readonly OriginRule[] | undefined) {
    this.#option = option;
    checkRules(rules === undefined || Array.isArray(rules), option, rules);
    this.#matchers = rules?.map((rule, index) => toMatcher(`${option}[${index}]`, rule));
  }

  /** True where no receiver is left out. */
  get meansAll(): boolean {
    return this.#matchers === undefined;
  }

  /** @param diagnostics hears of a function that throws; it means no */
  has(url: URL, diagnostics: Diagnostics): boolean {
    if (this.#matchers === undefined) return true;
    for (const matches of this.#matchers) {
      try {
        if (matches(url)) return true;
      } catch (error) {
        diagnostics.report(`A function of ${this.#option} threw; it means no receiver`, error);
      }
    }
    return false;
  }
}

function toMatcher(option: string, rule: unknown): Matcher {
  // A copy: the function is the user's, the URL is the request's.
  if (typeof rule === 'function') return (url) => rule(new URL(url)) === true;
  if (rule instanceof RegExp) {
    // A pattern with `g` or `y` goes on where its last match ended.
    const pattern = new RegExp(rule.source, rule.flags.replace(/[gy]/g, ''));
    return (url) => pattern.test(url.origin);
  }
  const matcher = typeof rule === 'string' ? toOriginMatcher(rule) : undefined;
  checkRules(matcher !== undefined, option, rule);
  return matcher;
}

function toOriginMatcher(text: string): Matcher | undefined {
  const [, scheme, wildcard, host, port] = ORIGIN.exec(text) ?? [];
  if (host === undefined) return undefined;
  const hostname = hostnameOf(host);
  if (hostname === undefined || Number(port ?? 0) > 65535) return undefined;
  const protocol = scheme === undefined ? undefined : `${scheme.toLowerCase()}:`;
  const wantedPort =
    port === undefined && protocol !== undefined ? defaultPortOf(protocol.slice(0, -1)) : port;
  return (url) =>
    (protocol === undefined || url.protocol === protocol) &&
    (wantedPort === undefined || portOf(url) === Number(wantedPort)) &&
    (wildcard === undefined ? url.hostname === hostname : url.hostname.endsWith(`.${hostname}`));
}

/** As a URL writes it: lower case, Punycode; undefined for what can be no host. */
function hostnameOf(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? defaultPortOf(protocol.slice(0, -1)) : Number(port);
}

function checkRules(isValid: boolean, option: string, received: unknown): asserts isValid {
  checkOption(
    isValid,
    option,
    'must be origins, hosts, regular expressions or functions of the URL, in an array',
    received,
    'Write ["https://stock.example"] for an origin, ["*.stock.example"] for all subdomains; no path belongs to it.',
  );
}
