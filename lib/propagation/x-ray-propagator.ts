import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
} from '@opentelemetry/api';
import { readFirst, trim } from '../carriers/carrier.js';
import { isSuppressed, samplingRequestOf } from '../context/index.js';
import { digits, isSpanId, isTraceId } from './hex.js';
import { withRemoteSpan } from './remote-span.js';
import { sendableSpanContext } from './sendable.js';

const TRACE_HEADER = 'x-amzn-trace-id';
const ROOT = 'Root=';
const PARENT = 'Parent=';
const SAMPLED = 'Sampled=';

const ROOT_VERSION = '1-';
const TIME_START = 2;
const TIME_END = 10;
const ROOT_VALUE = new RegExp(`^${ROOT_VERSION}${digits(8)}-${digits(24)}$`);

/**
 * The header of AWS X-Ray: `Root=1-{8 digits}-{24 digits};Parent={16 digits};Sampled={0|1|?}`, its
 * parts in any order, parts with other names passed over. Without `Parent`, as load balancers send
 * it, there is no span to go on from. Without a decision, or with `?`, samplers decide here.
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
    setter.set(carrier, TRACE_HEADER, `${ROOT}${root};${PARENT}${spanId};${SAMPLED}${sampled}`);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = readFirst(carrier, getter, TRACE_HEADER);
    if (header === undefined) return context;
    let traceId: string | undefined;
    let spanId: string | undefined;
    let sampled = '?';
    for (let start = 0; start < header.length; ) {
      const semicolon = header.indexOf(';', start);
      const end = semicolon < 0 ? header.length : semicolon;
      const part = trim(header.slice(start, end));
      if (part.startsWith(ROOT)) traceId = traceIdOf(part.slice(ROOT.length));
      else if (part.startsWith(PARENT)) spanId = spanIdOf(part.slice(PARENT.length));
      else if (part.startsWith(SAMPLED)) sampled = part.slice(SAMPLED.length);
      start = end + 1;
    }
    if (traceId === undefined || spanId === undefined) return context;
    const isDecided = sampled === '0' || sampled === '1';
    const traceFlags = sampled === '1' ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const request = isDecided ? undefined : 'defer';
    return withRemoteSpan(context, traceId, spanId, traceFlags, undefined, request);
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

function spanIdOf(parent: string): string | undefined {
  return isSpanId(parent) ? parent : undefined;
}
