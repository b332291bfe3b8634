import type { TraceEntry } from '../../lib/viewer/store/trace-entry.js';

const KINDS = ['', '', ' [server]', ' [client]', ' [producer]', ' [consumer]'];
const STATUSES = ['', ' OK', ' ERROR'];

/** A stored trace as indented text: a line for each span, siblings by their start. */
export function storedTraceText(entry: TraceEntry): string {
  const { parents, starts, spanCount } = entry.columns();
  const rows = [...Array(spanCount).keys()].sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  const lines: string[] = [];
  const write = (row: number, depth: number): void => {
    lines.push(`${'  '.repeat(depth)}${lineOf(entry, row)}`);
    for (const child of rows) if (parents[child] === row) write(child, depth + 1);
  };
  for (const row of rows) if (parents[row] === -1) write(row, 0);
  return lines.join('\n');
}

function lineOf(entry: TraceEntry, row: number): string {
  const { name, kind = 0, status = 0, statusMessage, attributes = {}, ...span } = entry.read(row);
  const texts = [
    ...Object.entries(attributes).map(([key, value]) => `${key}=${JSON.stringify(value)}`),
    ...(span.events ?? []).map((event) => `event:${event.name}`),
    ...(span.links ?? []).map((link) => `link:${link.traceId.slice(0, 4)}`),
  ];
  const service = span.resource?.attributes['service.name'];
  const message = statusMessage === undefined ? '' : ` "${statusMessage}"`;
  const end = texts.length === 0 ? '' : ` ${texts.join(' ')}`;
  return `${name}${KINDS[kind]} @${String(service)}${STATUSES[status]}${message}${end}`;
}
