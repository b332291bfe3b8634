import type { ServerResponse } from 'node:http';
import type { SpanContext } from '@opentelemetry/api';
import type { Diagnostics } from '../../diagnostics.js';
import { checkOption } from '../../option-checks.js';

/** The header of the draft W3C Trace Context Level 2, section "Traceresponse Header". */
const TRACERESPONSE = 'traceresponse';

/** Headers that say how the message is read. A trace id as their value breaks every response. */
const HEADERS_OF_THE_MESSAGE: readonly string[] = [
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Shows callers the trace of their request, in a header of the response. */
export class TraceIdHeader {
  readonly #name: string;
  readonly #hasSpanId: boolean;
  readonly #diagnostics: Diagnostics;

  private constructor(name: string, diagnostics: Diagnostics) {
    this.#name = name;
    // Names of headers have no case.
    this.#hasSpanId = name.toLowerCase() === TRACERESPONSE;
    this.#diagnostics = diagnostics;
  }

  /**
   * @param name the value of `http.server.exposeTraceId`
   * @returns undefined if responses get no header
   * @throws TracingConfigError unless `name` is the name of a header that can have any value
   */
  static of(name: string | undefined, diagnostics: Diagnostics): TraceIdHeader | undefined {
    if (name === undefined) return undefined;
    checkOption(
      // A token: RFC 9110, section 5.6.2.
      typeof name === 'string' &&
        /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name) &&
        !HEADERS_OF_THE_MESSAGE.includes(name.toLowerCase()),
      'http.server.exposeTraceId',
      'must be the name of a response header that does not describe the message itself',
      name,
      "Use 'traceresponse', 'x-trace-id' or a name of your own, or leave the option out for no header.",
    );
    return new TraceIdHeader(name, diagnostics);
  }

  /**
   * Sets the header, unless the response has it, or has sent its headers. Code that runs later can
   * overwrite it. Does not throw.
   *
   * @param context the context of the request's span; without effect if this process adds no span to the
   *   trace, because tracing is switched off
   */
  setOn(response: ServerResponse, context: SpanContext): void {
    if (context.isRemote === true || context.traceId === NO_TRACE) return;
    try {
      if (response.headersSent || response.hasHeader(this.#name)) return;
      response.setHeader(this.#name, this.#hasSpanId ? traceresponseOf(context) : context.traceId);
    } catch (error) {
      // A stream of HTTP/2 can be gone already, and bridges pass objects that only resemble Node's.
      this.#diagnostics.report('The trace id could not be added to a response', error);
    }
  }
}

const NO_TRACE = '00000000000000000000000000000000';

/** Version, trace id, id of this process' span, flags. The conventions of `traceparent` apply to each. */
function traceresponseOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
