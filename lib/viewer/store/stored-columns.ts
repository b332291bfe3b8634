import { FactColumnsBuilder } from '../analysis/fact-columns-builder.js';
import type { FactColumns } from '../analysis/facts.js';
import { StringTable } from '../analysis/string-table.js';
import type { RowLink, TraceColumns, TraceResource } from '../analysis/trace-columns.js';
import { linksOfSpan, readFacts } from '../otlp/read-facts.js';
import { LazyFacts } from './lazy-facts.js';
import type { SpanColumns } from './span-columns.js';

/** The columns of a stored trace. */
export type StoredColumns = TraceColumns & { readonly facts: FactColumns };

/** What the columns of a trace are made of. */
export interface ColumnSource {
  readonly traceId: string;
  readonly base: bigint;
  readonly columns: SpanColumns;
  /** What names and services are indexes of. */
  readonly strings: readonly string[];
  readonly resources: readonly TraceResource[];
  /** Gives the message `Span` of a row. */
  readonly bytesOf: (row: number) => Buffer;
}

/**
 * The columns as views, which stay as they are when spans are added. Facts and links of all spans are read when
 * somebody asks for one of them, which must be before that. Most searches need columns only: facts cost several times
 * as much as all of them.
 */
export function storedColumns(source: ColumnSource): StoredColumns {
  const { columns, bytesOf } = source;
  const strings = tableOf(source.strings);
  const spanCount = columns.count;
  const links: RowLink[] = [];
  let built: FactColumns | undefined;
  const facts = (): FactColumns => {
    if (built !== undefined) return built;
    const builder = new FactColumnsBuilder(strings);
    for (let row = 0; row < spanCount; row++) readFacts(bytesOf(row), row, builder, links);
    built = builder.build();
    return built;
  };
  return {
    traceId: source.traceId,
    spanCount,
    base: source.base,
    ...columns.views(),
    strings: strings.strings,
    resourceTable: source.resources,
    get facts(): FactColumns {
      return facts();
    },
    get links(): RowLink[] {
      facts();
      return links;
    },
  };
}

/** The columns until spans are added, with facts that are read span by span. */
export function glancedColumns(source: ColumnSource): TraceColumns {
  const { columns, bytesOf } = source;
  const strings = tableOf(source.strings);
  const spanCount = columns.count;
  return {
    traceId: source.traceId,
    spanCount,
    base: source.base,
    ...columns.views(false),
    strings: strings.strings,
    resourceTable: source.resources,
    facts: new LazyFacts(bytesOf, strings),
    get links(): RowLink[] {
      return [...Array(spanCount).keys()].flatMap((row) => linksOfSpan(bytesOf(row), row));
    },
  };
}

/** The indexes of names and services stay valid in a table that continues the one of the store. */
function tableOf(texts: readonly string[]): StringTable {
  const table = new StringTable();
  for (const text of texts) table.indexOf(text);
  return table;
}
