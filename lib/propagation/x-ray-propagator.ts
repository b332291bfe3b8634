import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
} from '@opentelemetry/api';
import { readFirst, trim } from '../carriers/carrier.js';
import {
  forwardedFieldOf,
  isSuppressed,
  samplingRequestOf,
  withForwardedField,
} from '../context/index.js';
import { digits, isSpanId, isTraceId } from './hex.js';
import { withRemoteSpan, withRootOfTrace } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';

const TRACE_HEADER = 'x-amzn-trace-id';
const ROOT = 'Root=';
const PARENT = 'Parent=';
const SAMPLED = 'Sampled=';
const LINEAGE = 'Lineage=';

const ROOT_VERSION = '1-';
const TIME_START = 2;
const TIME_END = 10;
/** AWS Lambda counts the hops of a request in it. The developer guide defines no limit. */
const LINEAGE_VALUE = /^[0-9A-Za-z:|]{1,256}$/;
const LINEAGE_FIELD = 'x-ray lineage';
/** Several times the length of all parts that are read. */
const MAX_READ_LENGTH = 1024;
const ROOT_VALUE = new RegExp(`^${ROOT_VERSION}${digits(8)}-${digits(24)}$`);

/**
 * Propagates the header of AWS X-Ray: `Root=1-{8 digits}-{24 digits};Parent={16 digits};Sampled={0|1|?}`, with its
 * parts in any order. `Lineage` is forwarded unchanged; other parts are ignored.
 *
 * Without `Parent`, as from load balancers, a root span starts with the trace id of `Root`. Without
 * `Sampled`, or with `Sampled=?`, the sampler of this process decides.
 * Spec: AWS X-Ray Developer Guide, "Tracing header".
 */
export class XRayPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = sendableSpanContext(context);
    if (spanContext === undefined || isSuppressed(context)) return;
    const { traceId, spanId, traceFlags } = spanContext;
    const isUndecided = spanContext.isRemote === true && samplingRequestOf(context) === 'defer';
    const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    const sampled = isUndecided ? '?' : isSampled ? '1' : '0';
    const root = `${ROOT_VERSION}${traceId.slice(0, 8)}-${traceId.slice(8)}`;
    const header = `${ROOT}${root};${PARENT}${spanId};${SAMPLED}${sampled}`;
    const lineage = forwardedFieldOf(context, LINEAGE_FIELD);
    setter.set(carrier, TRACE_HEADER, lineage ? `${header};${LINEAGE}${lineage}` : header);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const field = readFirst(carrier, getter, TRACE_HEADER);
    if (field === undefined) return context;
    const header = field.slice(0, MAX_READ_LENGTH);
    let traceId: string | undefined;
    let spanId: string | undefined;
    let sampled = '?';
    let lineage: string | undefined;
    for (let start = 0; start < header.length; ) {
      const semicolon = header.indexOf(';', start);
      const end = semicolon < 0 ? header.length : semicolon;
      const part = trim(header.slice(start, end));
      if (part.startsWith(ROOT)) traceId = traceIdOf(part.slice(ROOT.length));
      else if (part.startsWith(PARENT)) spanId = spanIdOf(part.slice(PARENT.length));
      else if (part.startsWith(SAMPLED)) sampled = part.slice(SAMPLED.length);
      else if (part.startsWith(LINEAGE)) lineage = lineageOf(part.slice(LINEAGE.length));
      start = end + 1;
    }
    if (traceId === undefined) return context;
    const forwarding = withForwardedField(context, LINEAGE_FIELD, lineage);
    const isSampled = sampled === '1';
    const isDecided = isSampled || sampled === '0';
    if (spanId === undefined) {
      return withRootOfTrace(forwarding, traceId, isDecided ? isSampled : undefined);
    }
    const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const request = isDecided ? undefined : 'defer';
    return withRemoteSpan(forwarding, traceId, spanId, traceFlags, undefined, request);
  }

  fields(): string[] {
    return [TRACE_HEADER];
  }
}

function traceIdOf(root: string): string | undefined {
  if (!ROOT_VALUE.test(root)) return undefined;
  const traceId = root.slice(TIME_START, TIME_END) + root.slice(TIME_END + 1);
  return isTraceId(traceId) ? traceId : undefined;
}

function lineageOf(text: string): string | undefined {
  return LINEAGE_VALUE.test(text) ? text : undefined;
}

function spanIdOf(parent: string): string | undefined {
  return isSpanId(parent) ? parent : undefined;
}
