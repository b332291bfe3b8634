import type { FetchRequest } from './fetch-request.js';

/** Gives the headers of a request what its receiver may get; undefined is an unknown receiver. */
export type HeadersFor = (receiver: URL | undefined, headers: Headers) => void;

type Send = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** As the Fetch standard has it: what came after so many redirects is refused. */
const MAX_REDIRECTS = 20;
const BODY_HEADERS = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
];
/** What `fetch` itself keeps from other origins. */
const SECRET_HEADERS = ['authorization', 'cookie', 'host', 'proxy-authorization'];

/**
 * Sends a request and follows its redirects step by step, because `fetch` would send all headers to
 * the target of a redirect: `headersFor` decides again for each receiver. In everything else it does what
 * `fetch` does; if the caller follows redirects itself, or none, it is `fetch`.
 *
 * Spec: Fetch, "HTTP-redirect fetch".
 */
export async function followRedirects(
  send: Send,
  [input, init]: [string | URL | Request, RequestInit],
  request: FetchRequest,
  headersFor: HeadersFor,
): Promise<Response> {
  const given = input instanceof Request ? input : undefined;
  if ((init.redirect ?? given?.redirect ?? 'follow') !== 'follow') return send(input, init);
  if (init.integrity || given?.integrity) {
    // The integrity of the last response cannot be checked step by step, so no receiver gets a context.
    headersFor(undefined, request.headers);
    return send(input, init);
  }
  // Sending a Request uses its body up, and a redirect may ask for it again.
  const spare = init.body == null && given?.body != null ? given.clone() : undefined;
  const hop: Hop = { ...request, body: spare ?? init.body ?? null };
  let response = await send(input, { ...init, redirect: 'manual' });
  let count = 0;
  for (let target = targetOf(response, hop); target; target = targetOf(response, hop)) {
    count++;
    requireAllowed(response, target, hop, count);
    discard(response.body);
    redirect(hop, target, response.status);
    headersFor(target, hop.headers);
    if (hop.body instanceof Request) hop.body = await hop.body.arrayBuffer();
    response = await send(target.href, initOf(hop, init, given));
  }
  // Unread, it would be kept in memory.
  if (spare?.bodyUsed === false) discard(spare.body);
  if (count > 0) Object.defineProperty(response, 'redirected', { value: true });
  return response;
}

/** What the next request is made of. */
interface Hop {
  url: URL;
  method: string;
  headers: Headers;
  /** A Request stands for its own body. */
  body: RequestInit['body'] | Request;
}

function targetOf(response: Response, { url }: Hop): URL | undefined {
  // A test's double of `fetch` may answer anything.
  if (![301, 302, 303, 307, 308].includes(response?.status)) return undefined;
  const location = response.headers.get('location');
  if (location === null) return undefined;
  if (!URL.canParse(location, url.href)) throw refusal('invalid Location', response);
  const target = new URL(location, url);
  if (target.hash === '') target.hash = url.hash;
  return target;
}

function requireAllowed(response: Response, target: URL, hop: Hop, count: number): void {
  if (!/^https?:$/.test(target.protocol)) {
    throw refusal('URL scheme must be a HTTP(S) scheme', response);
  }
  if (count > MAX_REDIRECTS) throw refusal('redirect count exceeded', response);
  const hasCredentials = target.username !== '' || target.password !== '';
  if (hasCredentials && target.origin !== hop.url.origin) {
    throw refusal('cross origin not allowed for request mode "cors"', response);
  }
  if (response.status !== 303 && !isRepeatable(hop.body)) {
    throw refusal('the body cannot be sent again', response);
  }
}

/** As `fetch` refuses. */
function refusal(reason: string, response: Response): TypeError {
  discard(response.body);
  return new TypeError('fetch failed', { cause: new Error(reason) });
}

function redirect(hop: Hop, target: URL, status: number): void {
  const method = hop.method.toUpperCase();
  const becomesGet =
    status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 303 && method === 'POST';
  hop.headers = new Headers(hop.headers);
  if (becomesGet) {
    hop.method = 'GET';
    hop.body = null;
    for (const name of BODY_HEADERS) hop.headers.delete(name);
  }
  if (target.origin !== hop.url.origin) {
    for (const name of SECRET_HEADERS) hop.headers.delete(name);
  }
  hop.url = target;
}

function initOf(hop: Hop, init: RequestInit, given: Request | undefined): RequestInit {
  const { method, headers } = hop;
  const body = hop.body as RequestInit['body'];
  const signal = init.signal ?? given?.signal ?? null;
  return { ...init, method, headers, body, signal, redirect: 'manual', duplex: 'half' };
}

/** False for a stream: it is gone when it has been sent. */
function isRepeatable(body: unknown): boolean {
  return (
    body === null ||
    body instanceof Request ||
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  );
}

/** Lets go of what nobody will read. */
function discard(body: ReadableStream | null | undefined): void {
  body?.cancel().catch(() => {});
}
