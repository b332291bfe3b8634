import { isHex, isId, SPAN_ID_LENGTH, TRACE_ID_LENGTH } from './hex.js';
import type { SamplingRequest } from './remote-span.js';

/** What B3 headers say. Either both ids are there or none. */
export interface B3 {
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly isSampled: boolean;
  readonly request: SamplingRequest | undefined;
}

const SHORT_TRACE_ID_LENGTH = 16;
const SHORT_TRACE_ID_PADDING = '0'.repeat(SHORT_TRACE_ID_LENGTH);
const DASH = 0x2d;

/**
 * `{trace id}-{span id}[-{state}[-{parent span id}]]`, or the state alone.
 *
 * @returns undefined unless the whole text is that
 */
export function parseB3Single(text: string): B3 | undefined {
  if (text.length === 1) return withoutIds(text);
  const traceIdEnd =
    text.charCodeAt(TRACE_ID_LENGTH) === DASH ? TRACE_ID_LENGTH : SHORT_TRACE_ID_LENGTH;
  const spanIdStart = traceIdEnd + 1;
  const spanIdEnd = spanIdStart + SPAN_ID_LENGTH;
  const stateEnd = spanIdEnd + 2;
  if (text.charCodeAt(traceIdEnd) !== DASH) return undefined;
  let state = '';
  if (text.length > spanIdEnd) {
    if (text.charCodeAt(spanIdEnd) !== DASH) return undefined;
    state = text.charAt(spanIdEnd + 1);
    if (state !== '0' && state !== '1' && state !== 'd') return undefined;
  }
  if (text.length > stateEnd) {
    if (text.charCodeAt(stateEnd) !== DASH) return undefined;
    if (!isParentSpanId(text.slice(stateEnd + 1))) return undefined;
  }
  const traceId = text.substring(0, traceIdEnd);
  const spanId = text.substring(spanIdStart, spanIdEnd);
  // Digits are looked at in the whole text, because those of a part take half as long again.
  return isId(text, 0, traceIdEnd) && isId(text, spanIdStart, spanIdEnd)
    ? b3Of(traceId, spanId, state)
    : withIds(traceId, spanId, state);
}

/**
 * The same from several headers, each undefined where it is missing. One that is malformed spoils
 * all: half a caller is none.
 */
export function parseB3Multi(
  traceId: string | undefined,
  spanId: string | undefined,
  parentSpanId: string | undefined,
  sampled: string | undefined,
  flags: string | undefined,
): B3 | undefined {
  const state = flags === '1' ? 'd' : stateOf(sampled);
  if (state === undefined) return undefined;
  if (traceId === undefined && spanId === undefined) return withoutIds(state);
  if (traceId === undefined || spanId === undefined) return undefined;
  if (parentSpanId !== undefined && !isParentSpanId(parentSpanId)) return undefined;
  return withIds(traceId, spanId, state);
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

function withIds(traceIdText: string, spanIdText: string, state: string): B3 | undefined {
  const traceId = readId(traceIdText);
  const spanId = readId(spanIdText);
  const isValid =
    traceId !== undefined &&
    (traceId.length === TRACE_ID_LENGTH || traceId.length === SHORT_TRACE_ID_LENGTH) &&
    spanId?.length === SPAN_ID_LENGTH;
  return isValid ? b3Of(traceId, spanId, state) : undefined;
}

function b3Of(traceId: string, spanId: string, state: string): B3 {
  const isShort = traceId.length === SHORT_TRACE_ID_LENGTH;
  return {
    // Ids of 64 bits are filled up from the left.
    traceId: isShort ? SHORT_TRACE_ID_PADDING + traceId : traceId,
    spanId,
    isSampled: state === '1' || state === 'd',
    request: requestOf(state),
  };
}

function requestOf(state: string): SamplingRequest | undefined {
  if (state === 'd') return 'debug';
  return state === '' ? 'defer' : undefined;
}

/** Some old senders write upper case, which the format forbids and nobody after us would take. */
function readId(text: string): string | undefined {
  if (isId(text, 0, text.length)) return text;
  const lower = text.toLowerCase();
  return isId(lower, 0, lower.length) ? lower : undefined;
}

/** Looked at, but not used: the span that calls us is the parent, not the span above it. */
function isParentSpanId(text: string): boolean {
  return text.length === SPAN_ID_LENGTH && isHex(text.toLowerCase(), 0, SPAN_ID_LENGTH);
}
