import { isDeepStrictEqual } from 'node:util';
import type { DynamicModule, INestApplication } from '@nestjs/common';
import { type Client, sending } from './clients.js';

export type Platform = 'express' | 'fastify';

/** An ended span, in the members that the table shows. */
export interface TableSpan {
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number; readonly message?: string };
  readonly events: readonly {
    readonly name: string;
    readonly attributes?: Readonly<Record<string, unknown>>;
  }[];
  spanContext(): { readonly traceId: string };
}

/** The tracing of one application under test. */
export interface TableTracing {
  readonly module: DynamicModule;
  /** Waits for this number of ended spans, and takes them. */
  takeSpans(count: number): Promise<readonly TableSpan[]>;
  /** Throws if a span is open, or has ended and was not taken. */
  verify(): void;
  /** Failures that the library has reported. */
  readonly warnings: readonly string[];
}

/** Options of `http.server`. */
export type StartTracing = (server: Readonly<Record<string, unknown>>) => TableTracing;

/** What is expected: a line for each span, as {@link lineOf} writes them; for both platforms, or for each. */
export type Expected = Lines | Readonly<Record<Platform, Lines | undefined>>;
type Lines = string | readonly string[];

/** A case, its request and the spans that it must have. A platform without lines is not asked. */
export type Row = readonly [what: string, request: string | Client, spans: Expected];

/** Rows that share an application. */
export interface Group {
  readonly name: string;
  readonly platforms: readonly Platform[];
  /** Options of `http.server`. */
  readonly server?: Readonly<Record<string, unknown>>;
  /** True if the platform needs to `require` ES modules, which jest cannot do before Node 24.9. */
  readonly loadsEsModules?: boolean;
  /** Further attributes to show. */
  readonly attributes?: readonly string[];
  readonly rows: readonly Row[];
  /** Starts the application. */
  start(platform: Platform, tracing: DynamicModule): Promise<StartedTable>;
}

export interface StartedTable {
  readonly application: INestApplication;
  readonly port: number;
  /** Called before the application closes. */
  stop?(): Promise<unknown>;
}

/** Where the responses of the table show their trace. */
export const TRACE_ID_HEADER = 'x-trace-id';

/** The lines of a row on a platform; undefined if the row is not for this platform. */
export function expectedOn(platform: Platform, expected: Expected): readonly string[] | undefined {
  const lines =
    typeof expected === 'string' || Array.isArray(expected)
      ? (expected as Lines)
      : (expected as Record<Platform, Lines | undefined>)[platform];
  return typeof lines === 'string' ? [lines] : lines;
}

/**
 * Sends the request of a row, and returns the lines of its spans. Also checks what holds for each request:
 * its spans are server spans with the status of the response, their names end with their routes, none is
 * open, and each response shows its trace.
 *
 * @param count the number of spans to wait for
 */
export async function linesOf(
  [what, request]: Row,
  count: number,
  { application, port }: StartedTable,
  tracing: TableTracing,
  attributes: readonly string[] = [],
): Promise<string[]> {
  const client = typeof request === 'string' ? sending(request) : request;
  const answers = await client(port, application);
  const spans = await tracing.takeSpans(count);
  tracing.verify();
  for (const span of spans) {
    const { 'http.request.method': method, 'http.route': route } = span.attributes;
    demand(span.kind, SERVER, `${what}: the kind of ${span.name}`);
    const parts = [method === '_OTHER' ? 'HTTP' : method, ...(route === undefined ? [] : [route])];
    demand(span.name, parts.join(' '), `${what}: the name`);
  }
  if (count > 0) {
    const shown = answers.map(({ status, headers }) => [status, headers[TRACE_ID_HEADER]]);
    const recorded = spans.map((span) => [
      span.attributes['http.response.status_code'],
      span.spanContext().traceId,
    ]);
    demand(shown, recorded.slice(0, shown.length), `${what}: what the client sees`);
  }
  return spans.map((span) => lineOf(span, attributes));
}

const SERVER = 1;
const ERROR = 2;

/**
 * `name status`, followed by `error=type "message"` for the status ERROR, each event in parentheses, and
 * further attributes: `GET /fails 500 error=Error "no" (exception Error "no")`
 */
export function lineOf(span: TableSpan, attributes: readonly string[] = []): string {
  const parts = [span.name];
  const code = span.attributes['http.response.status_code'];
  if (code !== undefined) parts.push(String(code));
  const errorType = span.attributes['error.type'];
  if (errorType !== undefined || span.status.code === ERROR) {
    parts.push(`error=${String(errorType)}`);
    if (span.status.code !== ERROR) parts.push('without status');
    if (span.status.message !== undefined) parts.push(JSON.stringify(span.status.message));
  }
  for (const event of span.events) {
    const { 'exception.type': type, 'exception.message': message } = event.attributes ?? {};
    const shown = type === undefined ? '' : ` ${String(type)} ${JSON.stringify(message)}`;
    parts.push(`(${event.name}${shown})`);
  }
  for (const key of attributes) parts.push(`${key}=${String(span.attributes[key])}`);
  return parts.join(' ');
}

function demand(received: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(received, expected)) return;
  throw new Error(`${what} is ${JSON.stringify(received)}, not ${JSON.stringify(expected)}`);
}
