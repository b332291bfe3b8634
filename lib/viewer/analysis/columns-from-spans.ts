import { assembleParents } from './assembly.js';
import { ownFrameOf } from './exception-frame.js';
import { FactColumnsBuilder } from './fact-columns-builder.js';
import {
  DB_PARAMETER_PREFIX,
  EXCEPTION_EVENT,
  EXCEPTION_MESSAGE,
  EXCEPTION_STACKTRACE,
  EXCEPTION_TYPE,
  Fact,
} from './facts.js';
import {
  type AnyAttributes,
  type ResourceRecord,
  SpanKind,
  type SpanRecord,
  SpanStatus,
} from './span-record.js';
import { StringTable } from './string-table.js';
import {
  parentFlagOf,
  RowFlag,
  type RowLink,
  spanIdOfHex,
  type TraceColumns,
  type TraceResource,
} from './trace-columns.js';

/**
 * Makes one trace of spans. A span that comes twice counts once: the one that has ended, else the last one.
 *
 * @param spans the spans of one trace, in any order; the row of a span is its position after repeated
 *   spans are removed. Times further than 104 days from the first start lose their last digits
 */
export function columnsFromSpans(spans: readonly SpanRecord[]): TraceColumns {
  return columnsOf(withoutRepetitions(spans));
}

/** A trace with the records of its rows. */
export interface TraceOfRecords {
  readonly trace: TraceColumns;
  /** The record of each row. */
  readonly records: readonly SpanRecord[];
}

/** Makes a trace of the spans of each trace id, in the order in which the traces begin in the list. */
export function tracesFromSpans(spans: readonly SpanRecord[]): TraceOfRecords[] {
  const byTrace = new Map<string, SpanRecord[]>();
  for (const span of spans) {
    const sameTrace = byTrace.get(span.traceId);
    if (sameTrace === undefined) byTrace.set(span.traceId, [span]);
    else sameTrace.push(span);
  }
  return [...byTrace.values()].map((ofTrace) => {
    const records = withoutRepetitions(ofTrace);
    return { trace: columnsOf(records), records };
  });
}

function columnsOf(records: readonly SpanRecord[]): TraceColumns {
  const spanCount = records.length;
  const strings = new StringTable();
  const facts = new FactColumnsBuilder(strings);
  const resources = new ResourceRows(strings);
  const base = records.reduce(
    (least, { startNanos }) => (startNanos < least ? startNanos : least),
    records[0]?.startNanos ?? 0n,
  );
  const columns = {
    traceId: records[0]?.traceId ?? '',
    spanCount,
    base,
    spanIds: new BigUint64Array(spanCount),
    parentIds: new BigUint64Array(spanCount),
    starts: new Float64Array(spanCount),
    ends: new Float64Array(spanCount),
    names: new Uint32Array(spanCount),
    services: new Uint32Array(spanCount),
    resources: new Uint32Array(spanCount),
    kinds: new Uint8Array(spanCount),
    statuses: new Uint8Array(spanCount),
    flags: new Uint8Array(spanCount),
  };
  const links: RowLink[] = [];
  records.forEach((span, row) => {
    const resource = resources.rowOf(span.resource);
    columns.spanIds[row] = spanIdOfHex(span.spanId);
    columns.parentIds[row] = spanIdOfHex(span.parentSpanId ?? '');
    columns.starts[row] = Number(span.startNanos - base);
    columns.ends[row] = span.endNanos === undefined ? NaN : Number(span.endNanos - base);
    columns.names[row] = strings.indexOf(span.name);
    columns.resources[row] = resource;
    columns.services[row] = strings.indexOf(resources.table[resource]?.service ?? '');
    columns.kinds[row] = span.kind ?? SpanKind.INTERNAL;
    columns.statuses[row] = span.status ?? SpanStatus.UNSET;
    columns.flags[row] = parentFlag(span);
    addFacts(facts, span);
    for (const { traceId, spanId } of span.links ?? []) {
      links.push({ row, traceId, spanId: spanIdOfHex(spanId) });
    }
  });
  const { parents, cutRows } = assembleParents(columns);
  for (const row of cutRows)
    columns.flags[row] = (columns.flags[row] as number) | RowFlag.CYCLE_CUT;
  return {
    ...columns,
    parents,
    strings: strings.strings,
    resourceTable: resources.table,
    facts: facts.build(),
    links,
  };
}

/** Spans with the same id are the same span, unless one is the client's and one the server's (B3). */
function withoutRepetitions(spans: readonly SpanRecord[]): SpanRecord[] {
  const bySide = new Map<string, SpanRecord>();
  for (const span of spans) {
    const side = `${span.spanId} ${span.kind ?? SpanKind.INTERNAL}`;
    const known = bySide.get(side);
    if (known === undefined || span.endNanos !== undefined || known.endNanos === undefined) {
      bySide.set(side, span);
    }
  }
  return [...bySide.values()];
}

/** Numbers the resources: spans of one process usually share one object. */
class ResourceRows {
  readonly table: TraceResource[] = [];
  readonly #rows = new Map<ResourceRecord | undefined, number>();
  readonly #strings: StringTable;

  constructor(strings: StringTable) {
    this.#strings = strings;
  }

  rowOf(resource: ResourceRecord | undefined): number {
    const known = this.#rows.get(resource);
    if (known !== undefined) return known;
    const row = this.table.length;
    const traceResource = traceResourceOf(resource?.attributes ?? {});
    this.#strings.indexOf(traceResource.service);
    this.table.push(traceResource);
    this.#rows.set(resource, row);
    return row;
  }
}

/** The facts about a process that the attributes of its resource tell. */
export function traceResourceOf(attributes: AnyAttributes): TraceResource {
  // Semantic conventions 1.45.0, `docs/resource`.
  const textAt = (key: string): string | undefined => {
    const value = attributes[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const instanceId = textAt('service.instance.id');
  const hostId = textAt('host.id');
  const hostName = textAt('host.name');
  const processId = Number(attributes['process.pid'] ?? NaN);
  return {
    service: textAt('service.name') ?? '',
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(hostId === undefined ? {} : { hostId }),
    ...(hostName === undefined ? {} : { hostName }),
    ...(Number.isInteger(processId) ? { processId } : {}),
  };
}

function parentFlag({ flags = 0, attributes }: SpanRecord): number {
  // Semantic conventions 1.45.0, `docs/compatibility/opentracing.md`; here of the span's only parent.
  const follows =
    attributes?.['opentracing.ref_type'] === 'follows_from' ? RowFlag.FOLLOWS_PARENT : 0;
  return follows | parentFlagOf(flags);
}

function addFacts(facts: FactColumnsBuilder, span: SpanRecord): void {
  const parameters: string[] = [];
  for (const [key, value] of Object.entries(span.attributes ?? {})) {
    if (key.startsWith(DB_PARAMETER_PREFIX)) {
      parameters.push(`${key.slice(DB_PARAMETER_PREFIX.length)}=${String(value)}`);
    } else {
      facts.addAttribute(key, value);
    }
  }
  if (parameters.length > 0) facts.add(Fact.DB_PARAMETERS, parameters.sort().join(', '));
  facts.add(Fact.STATUS_MESSAGE, span.statusMessage);
  const exception = span.events?.findLast(({ name }) => name === EXCEPTION_EVENT)?.attributes;
  if (exception !== undefined) {
    facts.add(Fact.EXCEPTION_TYPE, exception[EXCEPTION_TYPE]);
    facts.add(Fact.EXCEPTION_MESSAGE, exception[EXCEPTION_MESSAGE]);
    const stack = exception[EXCEPTION_STACKTRACE];
    if (typeof stack === 'string') facts.add(Fact.EXCEPTION_FRAME, ownFrameOf(stack));
  }
  facts.endRow();
}
