import type { SamplingRequest } from '../context/index.js';
import {
  digits,
  isHex,
  isSpanId,
  isTraceId,
  SPAN_ID,
  SPAN_ID_LENGTH,
  TRACE_ID,
  TRACE_ID_LENGTH,
} from './hex.js';

/** The content of B3 headers. Contains both ids, or neither. */
export interface B3 {
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly isSampled: boolean;
  readonly request: SamplingRequest | undefined;
}

/** Trace id, span id, state and parent span id, joined by dashes. */
const MAX_LENGTH = TRACE_ID_LENGTH + SPAN_ID_LENGTH + 1 + SPAN_ID_LENGTH + 3;
/** Trace ids of 64 bits have 16 digits, like a span id, and are padded on the left. */
const PADDING = '0'.repeat(16);
const DASH = '-';
/**
 * The state and the parent span id, both optional. The parent span id is only validated, because the
 * caller's span is the parent.
 */
const REST = `(?:-[01d])?(?:-${digits(SPAN_ID_LENGTH)})?`;
const LONG = new RegExp(`^${TRACE_ID}-${SPAN_ID}${REST}$`);
const SHORT = new RegExp(`^${SPAN_ID}-${SPAN_ID}${REST}$`);

/**
 * Parses `{trace id}-{span id}[-{state}][-{parent span id}]`, or only the state. Without a state, the
 * decision is deferred to this process.
 *
 * @returns undefined for any other text
 */
export function parseB3Single(text: string): B3 | undefined {
  if (text.length === 1) return withoutIds(text);
  if (text.length > MAX_LENGTH) return undefined;
  return readSingle(text) ?? readSingle(withLowerIds(text));
}

/**
 * Parses several headers, each of which can be undefined. If one is malformed, the result is undefined.
 */
export function parseB3Multi(
  traceIdText: string | undefined,
  spanIdText: string | undefined,
  parentSpanId: string | undefined,
  sampled: string | undefined,
  flags: string | undefined,
): B3 | undefined {
  const state = flags === '1' ? 'd' : stateOf(sampled);
  if (state === undefined) return undefined;
  if (traceIdText === undefined && spanIdText === undefined) return withoutIds(state);
  if (traceIdText === undefined || spanIdText === undefined) return undefined;
  if (traceIdText.length > TRACE_ID_LENGTH || spanIdText.length > SPAN_ID_LENGTH) return undefined;
  if (parentSpanId !== undefined && !isParentSpanId(parentSpanId)) return undefined;
  const traceId = readTraceId(traceIdText) ?? readTraceId(traceIdText.toLowerCase());
  const spanId = isSpanId(spanIdText) ? spanIdText : spanIdText.toLowerCase();
  return traceId !== undefined && isSpanId(spanId) ? b3Of(traceId, spanId, state) : undefined;
}

function readSingle(text: string): B3 | undefined {
  if (LONG.test(text)) {
    return b3Of(text.substring(0, 32), text.substring(33, 49), stateAt(text, 50));
  }
  if (SHORT.test(text)) {
    return b3Of(PADDING + text.substring(0, 16), text.substring(17, 33), stateAt(text, 34));
  }
  return undefined;
}

/** The state; empty if the text ends after the ids, or if the parent span id follows. */
function stateAt(text: string, position: number): string {
  const end = position + 1;
  return text.length === end || text.charAt(end) === DASH ? text.charAt(position) : '';
}

/** Converts ids to lower case: some old senders use upper case, which the format forbids. */
function withLowerIds(text: string): string {
  const idsEnd = text.charAt(32) === DASH ? 49 : 33;
  return text.slice(0, idsEnd).toLowerCase() + text.slice(idsEnd);
}

function readTraceId(text: string): string | undefined {
  if (isTraceId(text)) return text;
  return isSpanId(text) ? PADDING + text : undefined;
}

function isParentSpanId(text: string): boolean {
  return text.length === SPAN_ID_LENGTH && isHex(text.toLowerCase());
}

/** The state of `X-B3-Sampled`; undefined for an invalid value. */
function stateOf(sampled: string | undefined): string | undefined {
  if (sampled === undefined) return '';
  if (sampled === '1' || sampled === 'true') return '1';
  return sampled === '0' || sampled === 'false' ? '0' : undefined;
}

function withoutIds(state: string): B3 | undefined {
  const request = REQUEST_WITHOUT_IDS[state];
  if (request === undefined) return undefined;
  return { traceId: undefined, spanId: undefined, isSampled: false, request };
}

const REQUEST_WITHOUT_IDS: Readonly<Record<string, SamplingRequest>> = {
  '0': 'deny',
  '1': 'accept',
  d: 'debug',
};

function b3Of(traceId: string, spanId: string, state: string): B3 {
  return { traceId, spanId, isSampled: state === '1' || state === 'd', request: requestOf(state) };
}

function requestOf(state: string): SamplingRequest | undefined {
  if (state === 'd') return 'debug';
  return state === '' ? 'defer' : undefined;
}
