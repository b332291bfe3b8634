import type { TraceRecord } from './trace-record.js';
import { orderAsTree, type TraceNode } from './trace-tree.js';

/** How a trace is drawn. */
export interface RenderOptions {
  /** Columns that may be used; narrower than 60 is drawn as 60. @default 100 */
  readonly width?: number;
  /** Whether to use the colours of ANSI terminals. @default false */
  readonly colors?: boolean;
  /** Said in the heading, such as `partial`. @default none */
  readonly remark?: string;
}

const MIN_WIDTH = 60;
const DURATION_WIDTH = 9;
const MIN_BAR_WIDTH = 10;
const MAX_SERVICE_WIDTH = 20;
const RED = '31';
const DIM = '2';
const BOLD = '1';
const CYAN = '36';

/**
 * Draws a trace as an indented tree, a line a span: name, service where there are several, duration,
 * and a bar on the trace's time axis. What went wrong stands below the span that failed.
 *
 * Names come from users and from the network: control characters in them are not printed.
 *
 * @param records the spans of one trace, in any order, of one or several services
 * @returns lines without line ends; none for no records
 */
export function renderTrace(
  records: readonly TraceRecord[],
  options: RenderOptions = {},
): string[] {
  const first = records[0];
  if (first === undefined) return [];
  const paint = options.colors === true ? paintAnsi : (_code: string, text: string) => text;
  const services = new Set(records.map(({ service }) => service ?? ''));
  const startMillis = min(records, ({ startEpochMillis }) => startEpochMillis);
  const endMillis = -min(records, (record) => -(record.startEpochMillis + record.durationMillis));
  const axis = { startMillis, durationMillis: endMillis - startMillis };
  const layout = layOut(records, services, Math.max(MIN_WIDTH, options.width ?? 100));

  const lines = [heading(first.traceId, records, services, axis.durationMillis, paint, options)];
  for (const node of orderAsTree(records)) {
    lines.push(renderSpan(node, layout, axis, paint));
    const { error, status } = node.record;
    if (status === 'error' && error !== undefined) {
      const text = clip(`${continuation(node)}✗ ${printable(error)}`, layout.width);
      lines.push(paint(RED, text));
    }
  }
  return lines;
}

type Paint = (code: string, text: string) => string;

interface Layout {
  readonly width: number;
  readonly nameWidth: number;
  /** 0 where all spans are of one service. */
  readonly serviceWidth: number;
  readonly barWidth: number;
}

interface TimeAxis {
  readonly startMillis: number;
  readonly durationMillis: number;
}

function layOut(
  records: readonly TraceRecord[],
  services: ReadonlySet<string>,
  width: number,
): Layout {
  const longestService = Math.max(...[...services].map((service) => lengthOf(service)));
  const serviceWidth = services.size > 1 ? Math.min(longestService, MAX_SERVICE_WIDTH) + 2 : 0;
  let longestName = 0;
  for (const { record, isLastOnLevel } of orderAsTree(records)) {
    const length = isLastOnLevel.length * 3 + lengthOf(printable(record.name)) + 2;
    if (length > longestName) longestName = length;
  }
  const space = width - serviceWidth - DURATION_WIDTH - 4;
  const nameWidth = Math.min(longestName, Math.max(space - MIN_BAR_WIDTH, Math.floor(space / 2)));
  return { width, nameWidth, serviceWidth, barWidth: space - nameWidth };
}

function heading(
  traceId: string,
  records: readonly TraceRecord[],
  services: ReadonlySet<string>,
  durationMillis: number,
  paint: Paint,
  { remark }: RenderOptions,
): string {
  const failed = records.filter(({ status }) => status === 'error').length;
  const [onlyService] = services;
  const facts = [
    services.size > 1 ? `${services.size} services` : printable(onlyService ?? ''),
    records.length === 1 ? '1 span' : `${records.length} spans`,
    formatDuration(durationMillis),
    failed === 0 ? '' : `${failed} failed`,
    remark ?? '',
  ];
  const text = facts.filter((fact) => fact !== '').join(', ');
  return `${paint(BOLD, `trace ${printable(traceId)}`)}  ${paint(failed > 0 ? RED : DIM, text)}`;
}

function renderSpan(node: TraceNode, layout: Layout, axis: TimeAxis, paint: Paint): string {
  const { record } = node;
  const isFailed = record.status === 'error';
  const prefix = branch(node);
  const name = clip(printable(record.name), Math.max(1, layout.nameWidth - lengthOf(prefix)));
  const service = clip(printable(record.service ?? ''), Math.max(0, layout.serviceWidth - 2));
  const label = pad(prefix + name, layout.nameWidth).slice(prefix.length);
  const bar = renderBar(record, layout.barWidth, axis);
  return [
    paint(DIM, prefix),
    isFailed ? paint(RED, label) : label,
    layout.serviceWidth === 0 ? '' : `  ${paint(CYAN, pad(service, layout.serviceWidth - 2))}`,
    '  ',
    formatDuration(record.durationMillis).padStart(DURATION_WIDTH),
    '  ',
    isFailed ? paint(RED, bar) : bar,
  ]
    .join('')
    .trimEnd();
}

function branch({ isLastOnLevel }: TraceNode): string {
  let text = '';
  for (let level = 0; level < isLastOnLevel.length; level++) {
    const isOwnLevel = level === isLastOnLevel.length - 1;
    if (isOwnLevel) text += isLastOnLevel[level] ? '└─ ' : '├─ ';
    else text += isLastOnLevel[level] ? '   ' : '│  ';
  }
  return text;
}

function continuation({ isLastOnLevel }: TraceNode): string {
  return isLastOnLevel.map((isLast) => (isLast ? '   ' : '│  ')).join('');
}

/** From where to where a span ran; at least a thin line, so that every span can be seen. */
function renderBar(record: TraceRecord, width: number, axis: TimeAxis): string {
  if (!(axis.durationMillis > 0)) return '▏';
  const scale = width / axis.durationMillis;
  const start = Math.round((record.startEpochMillis - axis.startMillis) * scale);
  const length = Math.round(record.durationMillis * scale);
  const offset = Math.max(0, Math.min(start, width - 1));
  return ' '.repeat(offset) + (length < 1 ? '▏' : '█'.repeat(Math.min(length, width - offset)));
}

function formatDuration(millis: number): string {
  if (millis >= 60_000) {
    const seconds = Math.round(millis / 1000);
    return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  }
  if (millis >= 10_000) return `${(millis / 1000).toFixed(1)} s`;
  if (millis >= 1000) return `${(millis / 1000).toFixed(2)} s`;
  if (millis >= 100) return `${millis.toFixed(0)} ms`;
  return `${millis.toFixed(millis >= 10 ? 1 : 2)} ms`;
}

/** Control characters could move the cursor of a terminal, or colour what follows. */
function printable(text: string): string {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ');
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _character of text) length++;
  return length;
}

function clip(text: string, length: number): string {
  if (lengthOf(text) <= length) return text;
  if (length <= 0) return '';
  return `${[...text].slice(0, length - 1).join('')}…`;
}

function pad(text: string, length: number): string {
  return text + ' '.repeat(Math.max(0, length - lengthOf(text)));
}

function min(records: readonly TraceRecord[], value: (record: TraceRecord) => number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const record of records) least = Math.min(least, value(record));
  return least;
}

function paintAnsi(code: string, text: string): string {
  return text === '' ? '' : `\u001b[${code}m${text}\u001b[0m`;
}
