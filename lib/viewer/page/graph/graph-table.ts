import type { GraphEdgeJson } from '../../api/graph-json.js';
import { edgeId } from './graph-state.js';
import { countsText, durationText, failedText, rateText } from './graph-texts.js';

/** A column of the table of calls. */
export interface TableColumn {
  readonly key: string;
  readonly title: string;
  readonly isNumber: boolean;
}

/** The columns, by which the table can be sorted. */
export const COLUMNS: readonly TableColumn[] = [
  { key: 'from', title: 'From', isNumber: false },
  { key: 'to', title: 'To', isNumber: false },
  { key: 'rate', title: 'Rate', isNumber: true },
  { key: 'calls', title: 'Calls', isNumber: true },
  { key: 'failed', title: 'Failed', isNumber: true },
  { key: 'client', title: 'Client p95', isNumber: true },
  { key: 'server', title: 'Server p95', isNumber: true },
  { key: 'between', title: 'Between p95', isNumber: true },
];

/** A row of the table. */
export interface TableRow {
  /** Of the edge. */
  readonly id: string;
  readonly isFailing: boolean;
  /** The texts of the columns. */
  readonly cells: readonly string[];
  /** What failed, for the tooltip. */
  readonly title: string;
}

/** An order of the table. */
export interface TableOrder {
  readonly key: string;
  readonly isDescending: boolean;
}

/** Reads the order from the address, such as `-rate`; the busiest calls first by default. */
export function orderOf(search: URLSearchParams): TableOrder {
  const [, sign = '', key = ''] = /^(-?)(\w+)$/.exec(search.get('sort') ?? '') ?? [];
  if (!COLUMNS.some((column) => column.key === key)) return { key: 'calls', isDescending: true };
  return { key, isDescending: sign === '-' };
}

/** The order after a click on the head of a column, for the address. */
export function nextOrder(
  { key, isDescending }: TableOrder,
  { key: clicked, isNumber }: TableColumn,
) {
  // The greatest numbers are wanted first, and the first names.
  const isNextDescending = key === clicked ? !isDescending : isNumber;
  return `${isNextDescending ? '-' : ''}${clicked}`;
}

/** The rows of the table in an order; equal ones by their names. */
export function tableRows(
  edges: readonly GraphEdgeJson[],
  labelOf: (nodeId: string) => string,
  { key, isDescending }: TableOrder,
): TableRow[] {
  const sortValue = (edge: GraphEdgeJson): string | number => {
    if (key === 'from' || key === 'to') return labelOf(edge[key]);
    if (key === 'failed') return edge.failedCount / edge.callCount;
    if (key === 'client' || key === 'server' || key === 'between') return edge[key].p95 ?? -1;
    return edge.callCount;
  };
  const nameOf = ({ from, to }: GraphEdgeJson): string => `${labelOf(from)} ${labelOf(to)}`;
  const sign = isDescending ? -1 : 1;
  return edges
    .toSorted((a, b) => sign * compare(sortValue(a), sortValue(b)) || compare(nameOf(a), nameOf(b)))
    .map((edge) => ({
      id: edgeId(edge),
      isFailing: edge.failedCount > 0,
      title: countsText(edge, edge.isMessage ? 'message' : 'call'),
      cells: [
        labelOf(edge.from),
        `${labelOf(edge.to)}${edge.isMessage ? ' (messages)' : ''}`,
        rateText(edge.rate),
        edge.callCount.toLocaleString('en'),
        failedText(edge) || '–',
        durationText(edge.client.p95),
        durationText(edge.server.p95),
        durationText(edge.between.p95),
      ],
    }));
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en');
}
