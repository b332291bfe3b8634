import { SpanKind } from './span-record.js';
import type { TraceColumns, TraceResource } from './trace-columns.js';

/** A host whose clock differs from that of the trace's first host. */
export interface ClockCorrection {
  /** `host.name`, else `host.id`. */
  readonly host: string;
  /** How far its clock is ahead, in nanoseconds; its times were reduced by this. May be negative. */
  readonly aheadNanos: number;
  /** The number of calls that the difference was computed from. */
  readonly pairCount: number;
}

/** What {@link measureClocks} found. */
export interface ClockSkew {
  /** How far the clock of each resource is ahead, in nanoseconds; beside `resourceTable`. */
  readonly aheadNanos: Float64Array;
  /** The hosts whose times change, by name. */
  readonly corrections: readonly ClockCorrection[];
}

/** The calls from one host to another. */
interface HostEdge {
  readonly from: string;
  readonly to: string;
  /** The server's clock minus the client's, of each call. */
  readonly differences: number[];
  /** The server's start minus the client's, of each call. */
  leastDelay: number;
  /** True if one of the calls cannot have been as the clocks say. */
  isContradictory: boolean;
}

interface KnownClock {
  readonly aheadNanos: number;
  readonly pairCount: number;
}

const NONE = -1;

/**
 * Computes how far clocks of different hosts differ, from the calls between them.
 *
 * A call tells the difference as NTP does: ((s₁ - c₁) + (s₂ - c₂)) / 2. The median of all calls between two
 * hosts counts, limited so that no server starts before its call. The differences add up over the hosts
 * from that of the first span. Hosts whose calls are possible as their clocks say stay as they are, and so
 * do processes that do not name their host: on one machine there is one clock.
 */
export function measureClocks(trace: TraceColumns): ClockSkew {
  const { resourceTable } = trace;
  const aheadNanos = new Float64Array(resourceTable.length);
  const hosts = resourceTable.map(hostKey);
  if (new Set(hosts.filter((host) => host !== undefined)).size < 2) {
    return { aheadNanos, corrections: [] };
  }
  const edges = edgesOf(trace, hosts);
  if (!edges.some(({ isContradictory }) => isContradictory)) return { aheadNanos, corrections: [] };
  const clocks = spread(edges, firstHost(trace, hosts));
  hosts.forEach((host, resource) => {
    if (host !== undefined) aheadNanos[resource] = clocks.get(host)?.aheadNanos ?? 0;
  });
  return { aheadNanos, corrections: correctionsOf(clocks, resourceTable, hosts) };
}

function hostKey({ hostId, hostName }: TraceResource): string | undefined {
  return hostId ?? hostName;
}

function edgesOf(trace: TraceColumns, hosts: readonly (string | undefined)[]): HostEdge[] {
  const { parents, kinds, resources, starts, ends } = trace;
  const edges = new Map<string, HostEdge>();
  for (let row = 0; row < trace.spanCount; row++) {
    const parent = parents[row] as number;
    if (parent === NONE || kinds[row] !== SpanKind.SERVER || kinds[parent] !== SpanKind.CLIENT) {
      continue;
    }
    const from = hosts[resources[parent] as number];
    const to = hosts[resources[row] as number];
    if (from === undefined || to === undefined || from === to) continue;
    const delay = (starts[row] as number) - (starts[parent] as number);
    const lead = (ends[row] as number) - (ends[parent] as number);
    if (Number.isNaN(lead)) continue;
    const key = JSON.stringify([from, to]);
    let edge = edges.get(key);
    if (edge === undefined) {
      edge = { from, to, differences: [], leastDelay: Infinity, isContradictory: false };
      edges.set(key, edge);
    }
    edge.differences.push((delay + lead) / 2);
    edge.leastDelay = Math.min(edge.leastDelay, delay);
    const startsAfterCall = (starts[row] as number) > (ends[parent] as number);
    edge.isContradictory ||= delay < 0 || startsAfterCall;
  }
  return [...edges.values()];
}

/** The host of the span that started first, as the clocks say: the others are set by it. */
function firstHost(
  { spanCount, starts, resources, parents }: TraceColumns,
  hosts: readonly (string | undefined)[],
): string {
  let first: { isRoot: boolean; start: number; host: string } | undefined;
  for (let row = 0; row < spanCount; row++) {
    const host = hosts[resources[row] as number];
    if (host === undefined) continue;
    const candidate = { isRoot: parents[row] === NONE, start: starts[row] as number, host };
    if (first === undefined || comesBefore(candidate, first)) first = candidate;
  }
  return first?.host ?? '';
}

type FirstCandidate = { isRoot: boolean; start: number; host: string };

function comesBefore(a: FirstCandidate, b: FirstCandidate): boolean {
  if (a.isRoot !== b.isRoot) return a.isRoot;
  return a.start === b.start ? a.host < b.host : a.start < b.start;
}

/** Goes from host to host along the edges with the most calls. */
function spread(edges: readonly HostEdge[], first: string): Map<string, KnownClock> {
  const clocks = new Map<string, KnownClock>([[first, { aheadNanos: 0, pairCount: 0 }]]);
  const byCount = [...edges].sort(
    (a, b) =>
      b.differences.length - a.differences.length ||
      compareTexts(a.from, b.from) ||
      compareTexts(a.to, b.to),
  );
  for (;;) {
    const edge = byCount.find(({ from, to }) => clocks.has(from) !== clocks.has(to));
    if (edge !== undefined) {
      const isForward = clocks.has(edge.from);
      const known = clocks.get(isForward ? edge.from : edge.to) as KnownClock;
      const difference = differenceOf(edge) * (isForward ? 1 : -1);
      clocks.set(isForward ? edge.to : edge.from, {
        aheadNanos: known.aheadNanos + difference,
        pairCount: edge.differences.length,
      });
      continue;
    }
    // Hosts without calls from the first one: their calling host sets the time among them.
    const apart = byCount.find(({ from }) => !clocks.has(from));
    if (apart === undefined) return clocks;
    clocks.set(apart.from, { aheadNanos: 0, pairCount: 0 });
  }
}

function differenceOf({ differences, leastDelay, isContradictory }: HostEdge): number {
  if (!isContradictory) return 0;
  const sorted = differences.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median =
    ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
  return Math.round(Math.min(median, leastDelay));
}

function correctionsOf(
  clocks: ReadonlyMap<string, KnownClock>,
  resourceTable: readonly TraceResource[],
  hosts: readonly (string | undefined)[],
): ClockCorrection[] {
  const corrections: ClockCorrection[] = [];
  for (const [key, { aheadNanos, pairCount }] of clocks) {
    if (aheadNanos === 0) continue;
    const host = resourceTable[hosts.indexOf(key)]?.hostName ?? key;
    corrections.push({ host, aheadNanos, pairCount });
  }
  return corrections.sort((a, b) => compareTexts(a.host, b.host));
}

/** By code units: the order must not depend on the language of the machine. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
