import { analyse, type TraceAnalysis } from '../analysis/analyse.js';
import type {
  FindingContext,
  RunningRequest,
  UsualDuration,
} from '../analysis/findings/finding-context.js';
import { contextFindingsOf } from '../analysis/findings/findings.js';
import { type FlameTree, flameTreeOf } from '../analysis/flame-tree.js';
import { SpanKind } from '../analysis/span-record.js';
import { nameOf, type TraceResource } from '../analysis/trace-columns.js';
import type { TraceContextJson, UsualJson } from '../api/trace-context.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';

/** What is known of other traces is used for this time: a search asks for each trace. */
const FRESH_MILLIS = 1_000;
/** A longer median trace is not compared with. */
const MAX_MEDIAN_SPANS = 20_000;
const NANOS_PER_MILLI = 1e6;
/** A request that a process is said to work on twice is not the only one; more need not be known. */
const MAX_REQUESTS = 2;

/** The durations of the traces of a group. */
interface GroupDurations {
  readonly readMillis: number;
  /** From the shortest to the longest; traces whose main root has not ended are left out. */
  readonly entries: readonly TraceEntry[];
  readonly nanos: readonly number[];
}

/** The times of all traces. */
interface TraceTimes {
  readonly readMillis: number;
  readonly entries: readonly TraceEntry[];
  /** Epoch milliseconds: exact enough to leave out most traces. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/** Tells about a trace what only other traces show: how long it usually takes, and what ran beside it. */
export class TraceContexts {
  readonly #store: TraceStore;
  /** By the oldest trace of the group, which is the same for all of them. */
  readonly #groups = new WeakMap<TraceEntry, GroupDurations>();
  readonly #flames = new WeakMap<TraceEntry, { readonly revision: number; flame: FlameTree }>();
  #times: TraceTimes | undefined;

  constructor(store: TraceStore) {
    this.#store = store;
  }

  /** The context for the findings of a trace. */
  of(entry: TraceEntry): FindingContext {
    const usual = this.usual(entry);
    return {
      ...(usual === undefined ? {} : { usual: this.#withFlame(usual) }),
      requestsAt: (process, epochNanos) => this.#requestsAt(process, epochNanos, entry),
    };
  }

  /** What is known of a trace by others. */
  json(entry: TraceEntry, analysis: TraceAnalysis): TraceContextJson {
    const usual = this.usual(entry);
    const findings = contextFindingsOf(analysis, this.of(entry));
    return usual === undefined ? { findings } : { findings, usual };
  }

  /** The durations of the other traces with the same service and name; undefined if there are none. */
  usual(entry: TraceEntry): UsualJson | undefined {
    const { entries, nanos } = this.#durationsOf(entry);
    const own = entries.indexOf(entry);
    const sampleCount = entries.length - (own === -1 ? 0 : 1);
    if (sampleCount === 0) return undefined;
    const middle = Math.floor((sampleCount - 1) / 2);
    const index = own !== -1 && middle >= own ? middle + 1 : middle;
    const median = entries[index] as TraceEntry;
    return { sampleCount, medianNanos: nanos[index] as number, medianTraceId: median.id };
  }

  /** The tree of the median trace is costly, and is read only if the trace is slow. */
  #withFlame({ sampleCount, medianNanos, medianTraceId }: UsualJson): UsualDuration {
    const flameOf = (): FlameTree | undefined => this.#flameOf(medianTraceId);
    return {
      sampleCount,
      medianNanos,
      get medianTrace(): FlameTree | undefined {
        return flameOf();
      },
    };
  }

  #flameOf(traceId: string): FlameTree | undefined {
    const entry = this.#store.get(traceId);
    if (entry === undefined || entry.spanCount > MAX_MEDIAN_SPANS) return undefined;
    const known = this.#flames.get(entry);
    if (known?.revision === entry.spanRevision) return known.flame;
    const flame = flameTreeOf(analyse(entry.columns()));
    this.#flames.set(entry, { revision: entry.spanRevision, flame });
    return flame;
  }

  #durationsOf(entry: TraceEntry): GroupDurations {
    const group = this.#store.groupOf(entry);
    const [oldest = entry] = group;
    const readMillis = this.#store.nowMillis;
    const known = this.#groups.get(oldest);
    if (known !== undefined && this.#isFresh(known, readMillis)) return known;
    const ended: { readonly entry: TraceEntry; readonly nanos: number }[] = [];
    for (const each of group) {
      const { mainRow, hasRoot } = each.outline();
      const nanos = hasRoot ? each.durationOf(mainRow) : Number.NaN;
      if (!Number.isNaN(nanos)) ended.push({ entry: each, nanos });
    }
    ended.sort((a, b) => a.nanos - b.nanos);
    const durations = {
      readMillis,
      entries: ended.map((each) => each.entry),
      nanos: ended.map((each) => each.nanos),
    };
    this.#groups.set(oldest, durations);
    return durations;
  }

  #requestsAt(process: TraceResource, epochNanos: bigint, asking: TraceEntry): RunningRequest[] {
    const { entries, starts, ends } = this.#timesOfTraces();
    const requests: RunningRequest[] = [];
    const millis = Number(epochNanos / 1_000n) / 1_000;
    for (let i = 0; i < entries.length; i++) {
      if ((starts[i] as number) > millis || (ends[i] as number) < millis) continue;
      const entry = entries[i] as TraceEntry;
      // It was dropped since the times were read, and its memory is given back.
      if (entry === asking || this.#store.get(entry.id) !== entry) continue;
      const row = requestRowAt(entry, process, epochNanos);
      if (row === -1) continue;
      requests.push({ traceId: entry.id, name: nameOf(entry.columns(), row) });
      if (requests.length === MAX_REQUESTS) break;
    }
    return requests;
  }

  #timesOfTraces(): TraceTimes {
    const readMillis = this.#store.nowMillis;
    if (this.#times !== undefined && this.#isFresh(this.#times, readMillis)) return this.#times;
    const entries = [...this.#store.entries()];
    const starts = new Float64Array(entries.length);
    const ends = new Float64Array(entries.length);
    entries.forEach((entry, i) => {
      const { start, end } = entry.outline();
      const base = Number(entry.base / 1_000n) / 1_000;
      // Rounded outwards: the exact comparison follows.
      starts[i] = base + start / NANOS_PER_MILLI - 1;
      ends[i] = base + end / NANOS_PER_MILLI + 1;
    });
    this.#times = { readMillis, entries, starts, ends };
    return this.#times;
  }

  #isFresh(known: { readonly readMillis: number }, nowMillis: number): boolean {
    return nowMillis - known.readMillis < FRESH_MILLIS;
  }
}

/** A request or message of a process at a time; -1 if there is none. */
function requestRowAt(entry: TraceEntry, process: TraceResource, epochNanos: bigint): number {
  const { spanCount, kinds, starts, ends, resources, resourceTable } = entry.columns();
  const at = Number(epochNanos - entry.base);
  for (let row = 0; row < spanCount; row++) {
    const kind = kinds[row];
    if (kind !== SpanKind.SERVER && kind !== SpanKind.CONSUMER) continue;
    const isBefore = (starts[row] as number) > at;
    const isAfter = (ends[row] as number) < at;
    if (isBefore || isAfter) continue;
    if (isSameProcess(resourceTable[resources[row] as number], process)) return row;
  }
  return -1;
}

function isSameProcess(a: TraceResource | undefined, b: TraceResource): boolean {
  return (
    a !== undefined &&
    a.service === b.service &&
    a.instanceId === b.instanceId &&
    a.processId === b.processId &&
    a.hostId === b.hostId &&
    a.hostName === b.hostName
  );
}
