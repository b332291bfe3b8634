import { FACT_KEYS, Fact, isTextFact, NO_FACT } from '../analysis/facts.js';
import { type AnyValue, SpanKind, SpanStatus } from '../analysis/span-record.js';
import {
  hexOfSpanId,
  isRunning,
  RowFlag,
  type TraceColumns,
  textOf,
} from '../analysis/trace-columns.js';
import { comparisonOf } from './comparison.js';
import { FINDING_WORDS } from './fields.js';
import type { QueryTerm } from './parse.js';
import type { Costed, RowTest, SearchedEdge, SearchedTrace } from './searched-trace.js';

/** A bare word is looked for in names, services, ids and messages. */
export function wordTest(text: string): RowTest {
  const wanted = text.toLowerCase();
  const isId = /^[0-9a-f]{4,32}$/.test(wanted);
  return ({ columns }, row) => {
    const { strings, names, services } = columns;
    const includes = (value: string | undefined): boolean =>
      value?.toLowerCase().includes(wanted) === true;
    if (includes(strings[names[row] as number]) || includes(strings[services[row] as number])) {
      return true;
    }
    if (isId && columns.traceId.startsWith(wanted)) return true;
    if (isId && hexOfSpanId(columns.spanIds[row] as bigint).startsWith(wanted)) return true;
    return messagesOf(columns, row).some(includes);
  };
}

/** Prepares a condition on a field or an attribute. */
export function termTest(term: QueryTerm): Costed<RowTest> {
  const known = FIELD_TESTS[term.key];
  if (term.field !== undefined && known !== undefined) {
    const test = known(term);
    return term.field.isOfTrace ? { ...test, test: oncePerTrace(test.test) } : test;
  }
  const compare = comparisonOf(term);
  const factKey = FACT_KEYS.get(term.key);
  return {
    test: (trace, row) => {
      if (factKey !== undefined) {
        const value = trace.columns.facts.valueOf(row, factKey.fact);
        if (value !== NO_FACT) {
          return compare(
            isTextFact(factKey.fact) ? (trace.columns.strings[value] as string) : value,
          );
        }
      }
      const value = trace.attributeOf?.(row, term.key);
      return value !== undefined && value !== null && compare(value);
    },
    cost: 2,
  };
}

/** What is the same for all spans is asked once. */
function oncePerTrace(test: RowTest): RowTest {
  const results = new WeakMap<SearchedTrace, boolean>();
  return (trace, row) => {
    const result = results.get(trace) ?? test(trace, row);
    results.set(trace, result);
    return result;
  };
}

type FieldTest = (term: QueryTerm) => Costed<RowTest>;

const KINDS: Readonly<Record<string, number>> = {
  unspecified: SpanKind.UNSPECIFIED,
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};
const STATUSES: Readonly<Record<string, number>> = {
  unset: SpanStatus.UNSET,
  ok: SpanStatus.OK,
  error: SpanStatus.ERROR,
};
const STATES: Readonly<Record<string, RowTest>> = {
  running: ({ columns }, row) =>
    isRunning(columns, row) && ((columns.flags[row] as number) & RowFlag.PROCESS_GONE) === 0,
  root: ({ columns }, row) => columns.parentIds[row] === 0n,
  failed: ({ columns }, row) => columns.statuses[row] === SpanStatus.ERROR,
  orphan: ({ columns }, row) => columns.parentIds[row] !== 0n && columns.parents[row] === -1,
};
const POSSESSIONS: Readonly<Record<string, RowTest>> = {
  logs: ({ hasLogs }, row) => hasLogs?.(row) === true,
  exception: ({ columns }, row) => columns.facts.valueOf(row, Fact.EXCEPTION_TYPE) !== NO_FACT,
};

/** The rows with links are collected once for each trace. */
function hasLinks(): RowTest {
  const known = new WeakMap<SearchedTrace, ReadonlySet<number>>();
  return (trace, row) => {
    const rows = known.get(trace) ?? new Set(trace.columns.links.map((link) => link.row));
    known.set(trace, rows);
    return rows.has(row);
  };
}

/** A column of numbers that stand for words. */
function choice(words: Readonly<Record<string, number>>, column: 'kinds' | 'statuses'): FieldTest {
  return ({ value, operator }) => {
    const wanted = words[value.toLowerCase()];
    const isWanted = operator !== '!=';
    return { test: ({ columns }, row) => (columns[column][row] === wanted) === isWanted, cost: 0 };
  };
}

function named(tests: Readonly<Record<string, RowTest>>): FieldTest {
  return ({ value, operator }) => {
    const wanted = tests[value.toLowerCase()] as RowTest;
    return { test: operator === '!=' ? (trace, row) => !wanted(trace, row) : wanted, cost: 0 };
  };
}

const MAX_KNOWN_TEXTS = 10_000;

/** The texts of a column repeat, so each is compared once. */
function interned(column: 'names' | 'services'): FieldTest {
  return (term) => {
    const compare = comparisonOf(term);
    const known = new Map<string, boolean>();
    const test: RowTest = ({ columns }, row) => {
      const text = columns.strings[columns[column][row] as number] as string;
      let result = known.get(text);
      if (result === undefined) {
        result = compare(text);
        if (known.size >= MAX_KNOWN_TEXTS) known.clear();
        known.set(text, result);
      }
      return result;
    };
    return { test, cost: 0 };
  };
}

function compared(read: (trace: SearchedTrace, row: number) => AnyValue, cost = 0): FieldTest {
  return (term) => {
    const compare = comparisonOf(term);
    return { test: (trace, row) => compare(read(trace, row)), cost };
  };
}

function edgeTest(isMeant: (edge: SearchedEdge) => boolean): FieldTest {
  return ({ value, operator }) => {
    const [from = '', to = ''] = value.toLowerCase().split('->');
    const isEqual = operator === '=' || operator === '!=';
    const fits = (label: string, wanted: string): boolean =>
      isEqual ? label.toLowerCase() === wanted : label.toLowerCase().includes(wanted);
    const isWanted = operator !== '!=';
    const test: RowTest = ({ edges }) =>
      (edges?.() ?? []).some(
        (edge) => isMeant(edge) && fits(edge.from, from) && fits(edge.to, to),
      ) === isWanted;
    return { test, cost: 3 };
  };
}

const FIELD_TESTS: Readonly<Record<string, FieldTest>> = {
  service: interned('services'),
  name: interned('names'),
  kind: choice(KINDS, 'kinds'),
  status: choice(STATUSES, 'statuses'),
  is: named(STATES),
  has: (term) => named({ ...POSSESSIONS, links: hasLinks() })(term),
  duration: compared(durationOfRow),
  id: compared(({ columns }, row) => hexOfSpanId(columns.spanIds[row] as bigint)),
  parent: compared(({ columns }, row) => hexOfSpanId(columns.parentIds[row] as bigint)),
  message: compared(({ columns }, row) => messagesOf(columns, row), 1),
  trace: compared(({ columns }) => columns.traceId),
  'trace.duration': compared((trace) => durationOfRow(trace, trace.rootRow)),
  'trace.spans': compared(({ columns }) => columns.spanCount),
  'trace.services': compared(({ columns: { services, spanCount } }) => {
    return new Set(services.subarray(0, spanCount)).size;
  }, 1),
  'trace.failed': compared(({ columns: { statuses, spanCount } }) => {
    return statuses.subarray(0, spanCount).filter((status) => status === SpanStatus.ERROR).length;
  }, 1),
  root: compared(({ columns, rootRow }) => columns.strings[columns.names[rootRow] ?? -1] ?? ''),
  run: compared(({ run }) => run ?? NaN),
  find: ({ value, operator }) => {
    const kind = FINDING_WORDS[value.toLowerCase()] as string;
    const isWanted = operator !== '!=';
    return { test: ({ findings }) => (findings?.().includes(kind) === true) === isWanted, cost: 3 };
  },
  edge: edgeTest(() => true),
  'edge.failed': edgeTest(({ isFailed }) => isFailed),
};

function messagesOf(columns: TraceColumns, row: number): string[] {
  return [Fact.STATUS_MESSAGE, Fact.EXCEPTION_TYPE, Fact.EXCEPTION_MESSAGE]
    .map((fact) => textOf(columns, row, fact))
    .filter((text) => text !== undefined);
}

function durationOfRow({ columns, nowNanos }: SearchedTrace, row: number): number {
  const start = columns.starts[row] ?? NaN;
  const end = columns.ends[row] ?? NaN;
  return Math.max(0, (Number.isNaN(end) ? nowNanos : end) - start);
}
