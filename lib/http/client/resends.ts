import { performance } from 'node:perf_hooks';
import type { TracingContext } from '../../context/index.js';
import { sentUrl } from './outgoing-request.js';

/** A request that a client is likely to send next. */
interface ExpectedRequest {
  readonly url: string;
  /** Undefined for a redirect, which may change the method. */
  readonly method: string | undefined;
  /** How often the request has been sent again, with the expected one. */
  readonly count: number;
  readonly expectedAt: number;
}

const MAX_EXPECTED = 8;
const MAX_AGE_MILLIS = 60_000;

/**
 * Recognises requests that a client sends again, because of a redirect or a failure: clients say nothing
 * of it. Such a request follows below the same span, to the target of the redirect, or with the method and
 * URL of the failed one. Few are remembered for each span, and not for long.
 */
const expectedBelow = new WeakMap<object, ExpectedRequest[]>();

/** The key of requests outside any operation. */
const OUTSIDE = {};

/** Expects that a redirect is followed. */
export function expectRedirect(context: TracingContext, url: string, count: number): void {
  expect(context, url, undefined, count);
}

/** Expects that a failed request is retried. */
export function expectRetry(
  context: TracingContext,
  url: string,
  method: string,
  count: number,
): void {
  // Outside any operation, requests have nothing to do with each other.
  if (context.span !== undefined) expect(context, url, method, count);
}

/**
 * Returns how often a request has been sent again, with this one; 0 for a new request. The expectation
 * is fulfilled then.
 */
export function takeResendCount(context: TracingContext, sent: URL, method: string): number {
  const key = context.span ?? OUTSIDE;
  const list = expectedBelow.get(key);
  if (list === undefined) return 0;
  const url = sentUrl(sent);
  const oldest = performance.now() - MAX_AGE_MILLIS;
  const index = list.findIndex(
    (one) =>
      one.url === url &&
      (one.method === undefined || one.method === method) &&
      one.expectedAt >= oldest,
  );
  if (index < 0) return 0;
  const [found] = list.splice(index, 1);
  if (list.length === 0) expectedBelow.delete(key);
  return found?.count ?? 0;
}

function expect(
  context: TracingContext,
  url: string,
  method: string | undefined,
  count: number,
): void {
  const key = context.span ?? OUTSIDE;
  let list = expectedBelow.get(key);
  if (list === undefined) {
    list = [];
    expectedBelow.set(key, list);
  }
  if (list.length >= MAX_EXPECTED) list.shift();
  list.push({ url, method, count, expectedAt: performance.now() });
}
