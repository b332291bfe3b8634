import { defaultPortOf, HostPattern, type ReceiverRulesPlan } from '../../carriers/index.js';

/** Rules for the receivers of requests: `HttpOriginRule`. Patterns see the origin. */
export const ORIGIN_RULES: ReceiverRulesPlan<URL> = {
  parse: parseOrigin,
  textOf: ({ origin }) => origin,
  // A copy: the function is the user's, the URL is the request's.
  argumentOf: (url) => new URL(url),
  requirement: 'must be origins, hosts, regular expressions or functions of the URL, in an array',
  remedy:
    'Write ["https://stock.example"] for an origin, ["*.stock.example"] for all subdomains; no path belongs to it.',
};

/** Rules for single requests: `HttpClientIgnoreRule`. Patterns see the URL without its query. */
export const URL_RULES: ReceiverRulesPlan<URL> = {
  ...ORIGIN_RULES,
  parse: (text) => parseOrigin(text) ?? parseUrl(text),
  textOf: withoutQuery,
  requirement:
    'must be origins, hosts, URLs without a query, regular expressions or functions of the URL, in an array',
  remedy:
    'Write ["https://stock.example"] for all requests to an origin, ["https://stock.example/health"] for one URL.',
};

/** Scheme or none, and what follows; a slash at the end means nothing. */
const ORIGIN = /^(?:(https?):\/\/)?(.+?)\/?$/i;

function parseOrigin(text: string): ((url: URL) => boolean) | undefined {
  const [, givenScheme, host = ''] = ORIGIN.exec(text) ?? [];
  const scheme = givenScheme?.toLowerCase();
  const defaultPort = scheme === undefined ? undefined : defaultPortOf(scheme);
  const pattern = HostPattern.parse(host, defaultPort);
  if (pattern === undefined) return undefined;
  return (url) =>
    (scheme === undefined || url.protocol === `${scheme}:`) &&
    pattern.matches(url.hostname, portOf(url));
}

function parseUrl(text: string): ((url: URL) => boolean) | undefined {
  if (!/^https?:\/\/[^*@?#]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const wanted = withoutQuery(new URL(text));
  return (url) => withoutQuery(url) === wanted;
}

function withoutQuery({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? defaultPortOf(protocol.slice(0, -1)) : Number(port);
}
