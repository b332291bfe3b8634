import type { IncomingMessage, ServerResponse } from 'node:http';
import { jsonToProtobuf } from '../otlp/json-to-protobuf.js';
import { LOGS_REQUEST, type MessageSchema, TRACE_REQUEST } from '../otlp/otlp-schema.js';
import { ProtobufOutput } from '../otlp/protobuf-output.js';
import type { IntakeResult, TraceStore } from '../store/trace-store.js';
import { mediaTypeOf } from './access-rules.js';
import type { Answers } from './answers.js';
import { type Intake, isRefusal } from './intake.js';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPES: readonly string[] = ['application/x-protobuf', 'application/protobuf'];
/** `google.rpc.Code`, by the status of HTTP. */
const RPC_CODES: Readonly<Record<number, number>> = { 400: 3, 413: 3, 415: 3, 429: 8 };

interface Signal {
  readonly schema: MessageSchema;
  readonly receive: (store: TraceStore, request: Buffer) => IntakeResult;
  /** The member of the response with the number of refused items, and the reason. */
  readonly rejectedMember: string;
  readonly rejectedReason: string;
}

const NO_IDS = 'Spans need a valid trace id and span id.';

const SIGNALS: Readonly<Record<string, Signal>> = {
  '/v1/traces': {
    schema: TRACE_REQUEST,
    receive: (store, request) => store.receiveTraces(request),
    rejectedMember: 'rejectedSpans',
    rejectedReason: NO_IDS,
  },
  '/v1/traces/open': {
    schema: TRACE_REQUEST,
    receive: (store, request) => store.receiveOpenTraces(request),
    rejectedMember: 'rejectedSpans',
    rejectedReason: 'Spans need valid ids, and those without a start must have been sent before.',
  },
  '/v1/logs': {
    schema: LOGS_REQUEST,
    receive: (store, request) => store.receiveLogs(request),
    rejectedMember: 'rejectedLogRecords',
    rejectedReason: NO_IDS,
  },
};

/**
 * Receives OTLP over HTTP. Spec: opentelemetry-proto, `docs/specification.md#otlphttp`.
 *
 * Metrics are accepted and dropped: an SDK that sends all signals to one address would log an error for each
 * of its attempts.
 */
export class OtlpHttp {
  readonly #store: TraceStore;
  readonly #intake: Intake;
  readonly #answers: Answers;
  #metricsRequests = 0;

  constructor(store: TraceStore, intake: Intake, answers: Answers) {
    this.#store = store;
    this.#intake = intake;
    this.#answers = answers;
  }

  /** The requests with metrics so far. */
  get metricsRequests(): number {
    return this.#metricsRequests;
  }

  /** Counts a request with metrics. */
  countMetrics(): void {
    this.#metricsRequests++;
  }

  /** @returns whether the path is one of OTLP */
  hasPath(path: string): boolean {
    return path in SIGNALS || path === '/v1/metrics';
  }

  async handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const type = mediaTypeOf(request.headers);
    const isJson = type === JSON_TYPE;
    if (!isJson && !PROTOBUF_TYPES.includes(type)) {
      this.#answers.text(response, 415, 'The Content-Type must be JSON or protobuf.\n');
      return;
    }
    const signal = SIGNALS[path];
    const result = await this.#intake.receive(request, (body) => this.#use(signal, body, isJson));
    if (result === undefined) return;
    if (isRefusal(result)) {
      if (result.status === 429) response.setHeader('retry-after', '1');
      const status = { code: RPC_CODES[result.status] as number, message: result.reason };
      this.#answers.send(response, result.status, type, encodeStatus(status, isJson));
      return;
    }
    const { rejectedMember = '', rejectedReason } = signal ?? {};
    const { refusedCount } = result;
    const body = encodeResponse(refusedCount, rejectedMember, isJson, rejectedReason);
    this.#answers.send(response, 200, type, body);
  }

  #use(signal: Signal | undefined, body: Buffer, isJson: boolean) {
    if (signal === undefined) {
      this.countMetrics();
      return { isReadable: true, refusedCount: 0 };
    }
    const request = isJson ? jsonToProtobuf(body, signal.schema) : body;
    const result = request && signal.receive(this.#store, request);
    if (result?.isReadable) return result;
    this.#intake.countUnreadable();
    const format = isJson ? 'OTLP/JSON' : 'OTLP protobuf';
    return { status: 400, reason: `The body is not a request in ${format}.` } as const;
  }
}

/** The response to a request that was accepted; what was refused is a partial success. */
export function encodeResponse(
  refusedCount: number,
  member: string,
  isJson: boolean,
  reason: string = NO_IDS,
): Buffer {
  if (refusedCount === 0) return Buffer.from(isJson ? '{}' : '');
  if (isJson) {
    const partialSuccess = { [member]: String(refusedCount), errorMessage: reason };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  const output = new ProtobufOutput(128);
  const start = output.begin(1);
  output.uint(1, refusedCount);
  output.text(2, reason);
  output.finish(start);
  return output.written();
}

/** `google.rpc.Status`, the body of a response that is an error. */
function encodeStatus(status: { code: number; message: string }, isJson: boolean): Buffer {
  if (isJson) return Buffer.from(JSON.stringify(status));
  const output = new ProtobufOutput(128);
  output.uint(1, status.code);
  output.text(2, status.message);
  return output.written();
}
