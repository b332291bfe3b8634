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

/** What B3 headers say. Either both ids are there or none. */
export interface B3 {
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly isSampled: boolean;
  readonly request: SamplingRequest | undefined;
}

/** Trace id, span id, state and parent span id, joined by dashes. */
const MAX_LENGTH = TRACE_ID_LENGTH + SPAN_ID_LENGTH + 1 + SPAN_ID_LENGTH + 3;
/** Ids of 64 bits have 16 digits like a span id, and are filled up from the left. */
const PADDING = '0'.repeat(16);
const DASH = '-';
/**
 * The state and the parent span id, each optional. The parent span id is validated and not used: the
 * caller is the parent.
 */
const REST = `(?:-[01d])?(?:-${digits(SPAN_ID_LENGTH)})?`;
const LONG = new RegExp(`^${TRACE_ID}-${SPAN_ID}${REST}$`);
const SHORT = new RegExp(`^${SPAN_ID}-${SPAN_ID}${REST}$`);

/**
 * `{trace id}-{span id}[-{state}][-{parent span id}]`, or the state alone. Without a state the
 * decision is deferred to this process.
 *
 * @returns undefined unless the whole text is that
 */
export function parseB3Single(text: string): B3 | undefined {
  if (text.length === 1) return withoutIds(text);
  if (text.length > MAX_LENGTH) return undefined;
  return readSingle(text) ?? readSingle(withLowerIds(text));
}

/**
 * The same from several headers, each undefined where it is missing. One that is malformed spoils
 * all: half a caller is none.
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

/** Empty where the ids are the end of the text, or are followed by the parent span id. */
function stateAt(text: string, position: number): string {
  const end = position + 1;
  return text.length === end || text.charAt(end) === DASH ? text.charAt(position) : '';
}

/** Some old senders write upper case, which the format forbids and nobody after us would take. */
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

/** The state that `X-B3-Sampled` says; undefined where it says nonsense. */
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
