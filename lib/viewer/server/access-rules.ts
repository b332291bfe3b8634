import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Who may use the server. */
export interface AccessSettings {
  /** The port of the server. */
  readonly port: number;
  /** Names of the server besides those of the loopback, in lower case. */
  readonly hosts: readonly string[];
  /** The origins whose pages may send OTLP; undefined for those of the loopback, with any port. */
  readonly ingestOrigins: readonly string[] | undefined;
  /** The secret that every request must have; undefined for none. */
  readonly token: string | undefined;
}

/** The part of a request that the rules read. */
export interface AccessRequest {
  readonly method: string;
  readonly path: string;
  readonly search: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** What the rules say about a request. */
export type Verdict =
  | { readonly kind: 'allowed'; readonly corsOrigin: string | undefined }
  /** The question of a browser whether a page of another origin may send OTLP; the answer is yes. */
  | { readonly kind: 'preflight'; readonly corsOrigin: string }
  /** The token was in the URL: it is put into a cookie, and the URL is loaded again without it. */
  | { readonly kind: 'exchange'; readonly location: string; readonly cookie: string }
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 415; readonly reason: string };

const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const INGEST_PATH = /^\/v1\/([a-z]+|traces\/open)$/;
/** The paths that links of other pages may lead to. */
const PAGE_PATH = /^\/(t\/[0-9a-f]{32}|graph|compare)?$/;
const CONTENT_TYPES: readonly string[] = [
  'application/json',
  'application/x-protobuf',
  'application/protobuf',
];
const OWN_HEADER = 'x-nestjs-traced';
const COOKIE = 'nestjs-traced-token';

/**
 * Decides whether a request is answered. A page of another origin can neither read traces nor change anything,
 * although it can send requests to any port of its user's machine. The rules, in this order:
 *
 * 1. `Host` names the server: a name that an attacker points to the loopback ("DNS rebinding") is refused.
 *    Only OTLP of a sender that is no browser may use another name, such as `host.docker.internal`.
 * 2. `Sec-Fetch-Site` is not that of another site or origin, except for links to the page and for OTLP.
 * 3. `Origin`, if there is one, is the server's own; for OTLP also one of `ingestOrigins`.
 * 4. Only OTLP from `ingestOrigins` gets CORS headers, and only for POST.
 * 5. A request that can change something has a type that a form cannot have, or the header `x-nestjs-traced`.
 * 6. The token, where one is set.
 */
export function judge(request: AccessRequest, settings: AccessSettings): Verdict {
  const { method, path, headers } = request;
  const isIngest = INGEST_PATH.test(path);
  const isFromBrowser =
    headers.origin !== undefined ||
    Object.keys(headers).some((name) => name.startsWith('sec-fetch-'));
  const isForeignSender = isIngest && method === 'POST' && !isFromBrowser;
  if (!isForeignSender && !isOwnHost(headers.host, settings)) {
    return refused(403, 'The Host header does not name this server.');
  }
  const { origin } = headers;
  const isOwn = origin !== undefined && isOwnOrigin(origin, settings);
  const isIngestOrigin =
    isIngest && origin !== undefined && !isOwn && maySendOtlp(origin, settings);
  const site = headers['sec-fetch-site'];
  const isOtherSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isOtherSite && !isIngestOrigin && !isLinkToPage(request)) {
    return refused(403, 'Requests of other sites are refused.');
  }
  if (origin !== undefined && !isOwn && !isIngestOrigin) {
    return refused(403, 'Requests of other origins are refused.');
  }
  const corsOrigin = isIngestOrigin ? origin : undefined;
  if (method === 'OPTIONS') {
    return corsOrigin === undefined
      ? refused(403, 'Only OTLP can be sent from another origin.')
      : { kind: 'preflight', corsOrigin };
  }
  if (corsOrigin !== undefined && method !== 'POST') {
    return refused(403, 'Other origins can send OTLP and nothing else.');
  }
  if (method !== 'GET' && method !== 'HEAD' && !hasDeliberateType(headers)) {
    return refused(
      415,
      `The request needs a Content-Type of JSON or protobuf, or the header ${OWN_HEADER}.`,
    );
  }
  return judgeToken(request, settings, corsOrigin);
}

function judgeToken(
  { method, path, search, headers }: AccessRequest,
  { token }: AccessSettings,
  corsOrigin: string | undefined,
): Verdict {
  const allowed: Verdict = { kind: 'allowed', corsOrigin };
  if (token === undefined) return allowed;
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? cookieOf(headers.cookie);
  if (given !== undefined && isEqualSecret(given, token)) return allowed;
  const inUrl = search.get('t');
  if (method === 'GET' && inUrl !== null && isEqualSecret(inUrl, token)) {
    const rest = new URLSearchParams(search);
    rest.delete('t');
    const query = rest.size === 0 ? '' : `?${rest}`;
    return {
      kind: 'exchange',
      // One slash: two would lead to another server.
      location: `/${path.replace(/^\/+/, '')}${query}`,
      cookie: `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`,
    };
  }
  return refused(401, 'The token is missing or wrong. Send it as "Authorization: Bearer …".');
}

function refused(status: 401 | 403 | 415, reason: string): Verdict {
  return { kind: 'refused', status, reason };
}

function isOwnHost(host: string | undefined, { port, hosts }: AccessSettings): boolean {
  if (host === undefined) return false;
  const [, name = '', hostPort = '80'] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? [];
  const lower = name.toLowerCase();
  return Number(hostPort) === port && (LOOPBACK_NAMES.includes(lower) || hosts.includes(lower));
}

function isOwnOrigin(origin: string, settings: AccessSettings): boolean {
  return origin.startsWith('http://') && isOwnHost(origin.slice('http://'.length), settings);
}

function maySendOtlp(origin: string, { ingestOrigins }: AccessSettings): boolean {
  if (ingestOrigins !== undefined) return ingestOrigins.includes(origin);
  const [, name = ''] = /^https?:\/\/(\[[^\]]*\]|[^:/]*)(?::\d+)?$/.exec(origin) ?? [];
  return LOOPBACK_NAMES.includes(name.toLowerCase());
}

/** A click on a link in a chat or a mail, which opens the page for its user and gives nothing to the sender. */
function isLinkToPage({ method, path, headers }: AccessRequest): boolean {
  return (
    method === 'GET' &&
    PAGE_PATH.test(path) &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  );
}

/** Whether a request has what a form and a "simple" request of a page cannot have. */
function hasDeliberateType(headers: IncomingHttpHeaders): boolean {
  return headers[OWN_HEADER] !== undefined || CONTENT_TYPES.includes(mediaTypeOf(headers));
}

/** The type of a body without its parameters, in lower case. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function cookieOf(cookies: string | undefined): string | undefined {
  for (const pair of cookies?.split(';') ?? []) {
    const [name, value = ''] = pair.trim().split('=', 2);
    if (name !== COOKIE) continue;
    try {
      return decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** Whether two texts are equal. Takes the same time for each wrong text of any length. */
export function isEqualSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
