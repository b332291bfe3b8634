import { printable } from '../../printable.js';
import {
  clip,
  lengthOf,
  type Paint,
  pad,
  paintAnsi,
  paintNothing,
  Style,
} from '../../terminal-text.js';
import { formatDuration } from './format-duration.js';
import type { TraceRecord } from './trace-record.js';
import { orderAsTree, type TraceNode } from './trace-tree.js';

/** Options of {@link renderTrace}. */
export interface RenderOptions {
  /** Number of columns, at least 60; a smaller number counts as 60. @default 100 */
  readonly width?: number;
  /** Whether to use the colours of ANSI terminals. @default false */
  readonly colors?: boolean;
  /** A remark in the heading, such as `partial`. @default none */
  readonly remark?: string;
}

const DEFAULT_WIDTH = 100;
const MIN_WIDTH = 60;
const DURATION_WIDTH = 9;
const MIN_BAR_WIDTH = 10;
const MAX_SERVICE_WIDTH = 20;
/** Maximum indentation. Deeper spans have the same indentation: traces can have a thousand levels. */
const MAX_DRAWN_LEVELS = 20;
const GAP = '  ';

/**
 * Draws a trace as an indented tree with one line for each span: name, service if there are several,
 * duration, and a bar on the time axis of the trace. The line below a failed span shows its error.
 *
 * Names come from users and from the network, so control characters are not printed.
 *
 * @param records the spans of one trace, in any order, of one or several services
 * @returns lines without line breaks; an empty list for an empty list of records
 */
export function renderTrace(
  records: readonly TraceRecord[],
  options: RenderOptions = {},
): string[] {
  if (records.length === 0) return [];
  const nodes = orderAsTree(records);
  const paint = options.colors === true ? paintAnsi : paintNothing;
  const axis = measure(records);
  const layout = layOut(nodes, Math.max(MIN_WIDTH, options.width ?? DEFAULT_WIDTH));

  const lines = [renderHeading(records, axis, paint, options.remark)];
  for (const node of nodes) {
    lines.push(renderSpan(node, layout, axis, paint));
    const { error, status } = node.record;
    if (status !== 'error' || error === undefined) continue;
    lines.push(paint(Style.RED, clip(`${indent(node)}✗ ${printable(error)}`, layout.width)));
  }
  return lines;
}

interface TimeAxis {
  readonly startMillis: number;
  readonly durationMillis: number;
}

function measure(records: readonly TraceRecord[]): TimeAxis {
  let startMillis = Number.POSITIVE_INFINITY;
  for (const record of records) startMillis = Math.min(startMillis, record.startEpochMillis);
  let durationMillis = 0;
  for (const record of records) {
    // A difference of start times plus a duration: epoch times are exact only to a quarter of a microsecond.
    const end = record.startEpochMillis - startMillis + record.durationMillis;
    durationMillis = Math.max(durationMillis, end);
  }
  return { startMillis, durationMillis };
}

interface Layout {
  readonly width: number;
  /** Width of the column with the tree and the names. */
  readonly nameWidth: number;
  /** Width of the column with the services; 0 if all spans are of one service. */
  readonly serviceWidth: number;
  readonly barWidth: number;
}

function layOut(nodes: readonly TraceNode[], width: number): Layout {
  const services = new Set<string>();
  let longestName = 0;
  let longestService = 0;
  for (const node of nodes) {
    const service = printable(node.record.service ?? '');
    services.add(service);
    longestService = Math.max(longestService, lengthOf(service));
    const nameLength = lengthOf(branch(node)) + lengthOf(label(node.record));
    longestName = Math.max(longestName, nameLength);
  }
  const serviceWidth = services.size > 1 ? Math.min(longestService, MAX_SERVICE_WIDTH) : 0;
  const serviceSpace = serviceWidth === 0 ? 0 : serviceWidth + GAP.length;
  const space = width - serviceSpace - DURATION_WIDTH - 2 * GAP.length;
  const nameWidth = Math.min(longestName, space - MIN_BAR_WIDTH);
  return { width, nameWidth, serviceWidth, barWidth: space - nameWidth };
}

function renderHeading(
  records: readonly TraceRecord[],
  axis: TimeAxis,
  paint: Paint,
  remark: string | undefined,
): string {
  const services = new Set(records.map(({ service }) => service ?? ''));
  const [anyService = ''] = services;
  const failedCount = records.filter(({ status }) => status === 'error').length;
  const facts = [
    services.size > 1 ? `${services.size} services` : printable(anyService),
    records.length === 1 ? '1 span' : `${records.length} spans`,
    formatDuration(axis.durationMillis),
    failedCount === 0 ? '' : `${failedCount} failed`,
    remark ?? '',
  ];
  const traceId = printable(records[0]?.traceId ?? '');
  const text = facts.filter((fact) => fact !== '').join(', ');
  const style = failedCount > 0 ? Style.RED : Style.DIM;
  return paint(Style.BOLD, `trace ${traceId}`) + GAP + paint(style, text);
}

function renderSpan(node: TraceNode, layout: Layout, axis: TimeAxis, paint: Paint): string {
  const { record } = node;
  const paintFailure: Paint = record.status === 'error' ? paint : paintNothing;
  const lines = clip(branch(node), layout.nameWidth - 1);
  const nameWidth = layout.nameWidth - lengthOf(lines);
  const columns = [
    paint(Style.DIM, lines) +
      paintFailure(Style.RED, pad(clip(label(record), nameWidth), nameWidth)),
    formatDuration(record.durationMillis).padStart(DURATION_WIDTH),
    paintFailure(Style.RED, renderBar(record, layout.barWidth, axis)),
  ];
  if (layout.serviceWidth > 0) {
    const service = clip(printable(record.service ?? ''), layout.serviceWidth);
    columns.splice(1, 0, paint(Style.CYAN, pad(service, layout.serviceWidth)));
  }
  return columns.join(GAP);
}

/** Returns the name and the note. */
function label({ name, note }: TraceRecord): string {
  return printable(note === undefined ? name : `${name}  ${note}`);
}

/** Returns the tree lines before a name. */
function branch(node: TraceNode): string {
  if (node.parent === undefined) return '';
  return indent(node.parent) + (node.isLast ? '└─ ' : '├─ ');
}

/** Returns the tree lines before the children and the error of a span. */
function indent(node: TraceNode): string {
  let text = '';
  let level: TraceNode = node;
  for (let count = 0; level.parent !== undefined; level = level.parent) {
    if (++count > MAX_DRAWN_LEVELS) return `…${text}`;
    text = (level.isLast ? '   ' : '│  ') + text;
  }
  return text;
}

/** Draws a bar from the start to the end of a span; at least a thin line, so that every span is visible. */
function renderBar(record: TraceRecord, width: number, axis: TimeAxis): string {
  if (!(axis.durationMillis > 0)) return '▏';
  const scale = width / axis.durationMillis;
  const start = Math.round((record.startEpochMillis - axis.startMillis) * scale);
  const offset = Math.min(Math.max(0, start), width - 1);
  const length = Math.min(Math.round(record.durationMillis * scale), width - offset);
  return ' '.repeat(offset) + (length < 1 ? '▏' : '█'.repeat(length));
}
