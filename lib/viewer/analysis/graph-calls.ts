import { Fact } from './facts.js';
import { isFailed } from './root-cause.js';
import { answerOf, isFailureAnswer, lineOf } from './row-texts.js';
import { SpanKind } from './span-record.js';
import { finishedBy } from './steps.js';
import { numberOf, type RowLink, textOf } from './trace-columns.js';
import {
  durationOf,
  isMissing,
  isRowRunning,
  rowKind,
  rowService,
  type TraceTree,
} from './trace-tree.js';

/** What a node of the service graph is. */
export type GraphNodeType = 'service' | 'caller' | 'database' | 'messaging' | 'peer';

/** A node of the service graph. Equal nodes have equal ids. */
export interface GraphNode {
  /** The type and the label. */
  readonly id: string;
  readonly type: GraphNodeType;
  /** `orders`, `postgresql/shop`, `api.example.com:443`. */
  readonly label: string;
}

/** A call from one node of the service graph to another. */
export interface GraphCall {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** Whether it is a message, which nobody waits for. */
  readonly isMessage: boolean;
  /** Epoch nanoseconds. */
  readonly startNanos: bigint;
  /** The duration that the caller saw, in nanoseconds; NaN if it has no span for the call. */
  readonly clientNanos: number;
  /** The duration of the work, in nanoseconds; NaN if it has no span. */
  readonly serverNanos: number;
  /** The time on the network and in queues, in nanoseconds; NaN if it is not known. */
  readonly betweenNanos: number;
  /** What failed, such as `UNAVAILABLE` or `TypeError`; undefined for a call that succeeded. */
  readonly error: string | undefined;
}

/** Options of {@link graphCallsOf}. */
export interface GraphCallOptions {
  /**
   * Whether no span has come for two seconds. Until then, a call without a span of its receiver is left
   * out: the receiver may still report it. @default true
   */
  readonly isSettled?: boolean;
  /** The service of a span of another trace, to count messages with links. @default not known */
  readonly serviceOfSpan?: (traceId: string, spanId: bigint) => string | undefined;
  /** The links of a row, for a trace that has not read all of them. @default those of the trace */
  readonly linksOf?: (row: number) => readonly RowLink[];
}

/** In {@link graphCallSteps} so many rows are one step. */
const ROWS_OF_STEP = 500;

const CALLER: GraphNode = { id: 'caller', type: 'caller', label: 'caller' };

/**
 * The calls in a trace between services, and from services to databases, brokers and peers without spans.
 * Running calls are left out until they end.
 *
 * - A server or consumer span is a call from the service of the nearest span above it that is no internal
 *   span of its own service; without one, from the service of a linked span, else from the broker or
 *   from outside.
 * - A client or producer span without such a span below it is a call to the peer that it names.
 */
export function graphCallsOf(tree: TraceTree, options: GraphCallOptions = {}): GraphCall[] {
  return finishedBy(graphCallSteps(tree, options));
}

/** As {@link graphCallsOf}, some hundred rows in a step. It asks for facts of calls only. */
export function* graphCallSteps(
  tree: TraceTree,
  options: GraphCallOptions = {},
): Generator<void, GraphCall[]> {
  const calls: GraphCall[] = [];
  const linkedService = linkedServices(tree, options);
  const answered = new Uint8Array(tree.rowCount);
  let rowCount = 0;
  for (const row of tree.preOrder) {
    if (++rowCount % ROWS_OF_STEP === 0) yield;
    const kind = rowKind(tree, row);
    if (kind !== SpanKind.SERVER && kind !== SpanKind.CONSUMER) continue;
    const above = remoteAbove(tree, row);
    if (above !== -1 && hasCallKind(tree, above) && !isToItself(tree, row, above)) {
      answered[above] = 1;
    }
    const call = incomingCall(tree, row, above, linkedService);
    if (call !== undefined) calls.push(call);
  }
  if (options.isSettled === false) return calls;
  markCallsAround(tree, answered);
  for (const row of tree.preOrder) {
    if (++rowCount % ROWS_OF_STEP === 0) yield;
    if (!hasCallKind(tree, row)) continue;
    if (answered[row] !== 0 || isRowRunning(tree, row)) continue;
    const to = peerOf(tree, row);
    if (to !== undefined) calls.push(outgoingCall(tree, row, to));
  }
  return calls;
}

/** The nearest row above that is a caller, or of another service; -1 if there is none. */
function remoteAbove(tree: TraceTree, row: number): number {
  const { parents, trace } = tree;
  let above = parents[row] as number;
  while (above !== -1 && !isMissing(tree, above)) {
    const kind = rowKind(tree, above);
    if (hasCallKind(tree, above) || trace.services[above] !== trace.services[row]) return above;
    if (kind !== SpanKind.INTERNAL && kind !== SpanKind.UNSPECIFIED) return -1;
    above = parents[above] as number;
  }
  return -1;
}

/** A message that a service sends to itself is shown by way of the broker: both of its ends are calls. */
function isToItself({ trace }: TraceTree, row: number, above: number): boolean {
  return trace.kinds[row] === SpanKind.CONSUMER && trace.services[row] === trace.services[above];
}

/** Calls within calls are one: that of a driver below that of an ORM. The innermost counts. */
function markCallsAround(tree: TraceTree, answered: Uint8Array): void {
  const { preOrder, parents, trace } = tree;
  const hasCall = new Uint8Array(tree.rowCount);
  for (let i = preOrder.length - 1; i >= 0; i--) {
    const row = preOrder[i] as number;
    const kind = rowKind(tree, row);
    const isCall = hasCallKind(tree, row);
    if (isCall && hasCall[row] !== 0) answered[row] = 1;
    const parent = parents[row] as number;
    if (parent === -1 || parent >= trace.spanCount) continue;
    const isInside = trace.services[parent] === trace.services[row];
    if (isInside && kind !== SpanKind.SERVER && kind !== SpanKind.CONSUMER) {
      if (isCall || hasCall[row] !== 0) hasCall[parent] = 1;
    }
  }
}

function incomingCall(
  tree: TraceTree,
  row: number,
  above: number,
  linkedServiceOf: (row: number) => string | undefined,
): GraphCall | undefined {
  if (isRowRunning(tree, row)) return undefined;
  const isMessage = rowKind(tree, row) === SpanKind.CONSUMER;
  const to = serviceNode(rowService(tree, row));
  const hasParent = (tree.parents[row] as number) !== -1;
  const isFromAbove = above !== -1 && !isToItself(tree, row, above);
  const linkedService = isFromAbove || !isMessage ? undefined : linkedServiceOf(row);
  let from: GraphNode | undefined;
  if (isFromAbove) {
    from = serviceNode(rowService(tree, above));
    if (from.id === to.id) return undefined;
  } else if (linkedService !== undefined) {
    from = serviceNode(linkedService);
  } else if (isMessage) {
    from = brokerOf(tree, row) ?? CALLER;
  } else if (!hasParent || isMissing(tree, tree.parents[row] as number)) {
    from = CALLER;
  } else {
    // Work within a request of the same service.
    return undefined;
  }
  const isCaller = above !== -1 && hasCallKind(tree, above) && !isRowRunning(tree, above);
  return {
    from,
    to,
    isMessage,
    startNanos: epochOf(tree, row),
    clientNanos: isCaller ? durationOf(tree, above) : NaN,
    serverNanos: durationOf(tree, row),
    betweenNanos: isCaller ? betweenOf(tree, above, row, isMessage) : NaN,
    error: labelOf(tree, row) ?? (isCaller && !isMessage ? labelOf(tree, above) : undefined),
  };
}

/** Of calls what the client waited longer than the server worked, of messages the time in the queue. */
function betweenOf(tree: TraceTree, caller: number, row: number, isMessage: boolean): number {
  const { starts, ends } = tree;
  const between = isMessage
    ? (starts[row] as number) - (ends[caller] as number)
    : durationOf(tree, caller) - durationOf(tree, row);
  return Math.max(0, between);
}

function outgoingCall(tree: TraceTree, row: number, to: GraphNode): GraphCall {
  return {
    from: serviceNode(rowService(tree, row)),
    to,
    isMessage: rowKind(tree, row) === SpanKind.PRODUCER,
    startNanos: epochOf(tree, row),
    clientNanos: durationOf(tree, row),
    serverNanos: NaN,
    betweenNanos: NaN,
    error: labelOf(tree, row),
  };
}

function hasCallKind(tree: TraceTree, row: number): boolean {
  const kind = rowKind(tree, row);
  return kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
}

function epochOf({ trace, starts }: TraceTree, row: number): bigint {
  return trace.base + BigInt(Math.round(starts[row] as number));
}

function serviceNode(name: string): GraphNode {
  return node('service', name === '' ? '(no name)' : name);
}

function node(type: GraphNodeType, text: string): GraphNode {
  const label = lineOf(text);
  return { id: `${type} ${label}`, type, label };
}

/** The receiver that a call names: a service, a database, a broker, or an address. */
function peerOf(tree: TraceTree, row: number): GraphNode | undefined {
  const { trace } = tree;
  const service = textOf(trace, row, Fact.PEER_SERVICE);
  if (service !== undefined) return node('service', service);
  const database = textOf(trace, row, Fact.DB_SYSTEM);
  if (database !== undefined) {
    const namespace = textOf(trace, row, Fact.DB_NAMESPACE);
    return node('database', namespace === undefined ? database : `${database}/${namespace}`);
  }
  const broker = brokerOf(tree, row);
  if (broker !== undefined) return broker;
  const address = textOf(trace, row, Fact.SERVER_ADDRESS);
  if (address === undefined) return undefined;
  const port = numberOf(trace, row, Fact.SERVER_PORT);
  return node('peer', port === undefined ? address : `${address}:${port}`);
}

function brokerOf({ trace }: TraceTree, row: number): GraphNode | undefined {
  const system = textOf(trace, row, Fact.MESSAGING_SYSTEM);
  if (system === undefined) return undefined;
  const destination = textOf(trace, row, Fact.MESSAGING_DESTINATION);
  return node('messaging', destination === undefined ? system : `${system}/${destination}`);
}

function labelOf(tree: TraceTree, row: number): string | undefined {
  if (!isFailed(tree, row)) return undefined;
  if (isFailureAnswer(tree, row)) return answerOf(tree, row);
  const { trace } = tree;
  const type =
    textOf(trace, row, Fact.ERROR_TYPE) ??
    textOf(trace, row, Fact.EXCEPTION_TYPE) ??
    textOf(trace, row, Fact.DB_STATUS);
  return type === undefined ? 'error' : lineOf(type, 80);
}

/** Finds the service of a span that a consumer links to; of several links the first that is known. */
function linkedServices(
  { trace }: TraceTree,
  { serviceOfSpan, linksOf }: GraphCallOptions,
): (row: number) => string | undefined {
  if (serviceOfSpan === undefined) return () => undefined;
  let byRow: Map<number, RowLink[]> | undefined;
  const ofTrace = (row: number): readonly RowLink[] => {
    byRow ??= groupedByRow(trace.links);
    return byRow.get(row) ?? [];
  };
  return (row) => {
    for (const { traceId, spanId } of (linksOf ?? ofTrace)(row)) {
      const service = serviceOfSpan(traceId, spanId);
      if (service !== undefined) return service;
    }
    return undefined;
  };
}

function groupedByRow(links: readonly RowLink[]): Map<number, RowLink[]> {
  const byRow = new Map<number, RowLink[]>();
  for (const link of links) {
    const ofRow = byRow.get(link.row);
    if (ofRow === undefined) byRow.set(link.row, [link]);
    else ofRow.push(link);
  }
  return byRow;
}
