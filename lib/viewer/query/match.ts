import { FACT_KEYS, Fact, isTextFact, NO_FACT } from '../analysis/facts.js';
import { type AnyValue, SpanKind, SpanStatus } from '../analysis/span-record.js';
import {
  hexOfSpanId,
  isRunning,
  RowFlag,
  type TraceColumns,
  textOf,
} from '../analysis/trace-columns.js';
import { FINDING_WORDS } from './fields.js';
import type { QueryNode, QueryTerm } from './parse.js';

/**
 * A trace that is searched. What costs time to find out is asked for only if a query needs it. A query
 * remembers what it found out about such an object, so make a new one when the trace has changed.
 */
export interface SearchedTrace {
  readonly columns: TraceColumns;
  /** The row of the main root. */
  readonly rootRow: number;
  /** The end of running spans, in nanoseconds after the base of the trace. */
  readonly nowNanos: number;
  /** The attribute of a span, of its resource, or of one of its events. @default none */
  readonly attributeOf?: (row: number, key: string) => AnyValue | undefined;
  /** @default false */
  readonly hasLogs?: (row: number) => boolean;
  /** The kinds of the findings of the trace. @default none */
  readonly findings?: () => readonly string[];
  /** The calls between nodes of the service graph, by their labels. @default none */
  readonly edges?: () => readonly { readonly from: string; readonly to: string }[];
  /** The number of the start of the application. @default none */
  readonly run?: number;
}

/** A query that is ready to be asked. */
export interface CompiledQuery {
  /** Whether a trace matches. */
  matches(trace: SearchedTrace): boolean;
  /** Whether a span is one that the query is about: with braces, one of the spans that they ask for. */
  matchesRow(trace: SearchedTrace, row: number): boolean;
}

type RowTest = (trace: SearchedTrace, row: number) => boolean;
type TraceTest = (trace: SearchedTrace) => boolean;

/** A test with what it costs: 0 reads columns, 1 scans texts, 2 decodes attributes, 3 analyses the trace. */
interface Costed<Test> {
  readonly test: Test;
  readonly cost: number;
}

/** Prepares a query; cheap conditions are asked first. */
export function compileQuery(query: QueryNode): CompiledQuery {
  const trace = traceTest(query);
  const row = rowTest(query);
  return { matches: trace.test, matchesRow: row.test };
}

/**
 * For a trace, conditions side by side hold for one span; those in braces for one span each, which may be
 * another one.
 */
function traceTest(node: QueryNode): Costed<TraceTest> {
  if (!hasScope(node)) return someRow(node);
  switch (node.type) {
    case 'and': {
      const plain = node.nodes.filter((child) => !hasScope(child));
      const scoped = node.nodes.filter(hasScope).map(traceTest);
      const parts =
        plain.length === 0 ? scoped : [...scoped, someRow({ type: 'and', nodes: plain })];
      return allOf(parts.sort((a, b) => a.cost - b.cost));
    }
    case 'or': {
      const parts = node.nodes.map(traceTest).sort((a, b) => a.cost - b.cost);
      return { test: (trace) => parts.some(({ test }) => test(trace)), cost: costOf(parts) };
    }
    case 'not': {
      const { test, cost } = traceTest(node.node);
      return { test: (trace) => !test(trace), cost };
    }
    case 'scope':
      return someRow(node.node);
    default:
      return someRow(node);
  }
}

function allOf(parts: readonly Costed<TraceTest>[]): Costed<TraceTest> {
  return { test: (trace) => parts.every(({ test }) => test(trace)), cost: costOf(parts) };
}

function someRow(node: QueryNode): Costed<TraceTest> {
  if (node.type === 'and' && node.nodes.length === 0) return { test: () => true, cost: 0 };
  const { test, cost } = rowTest(node);
  const matches = (trace: SearchedTrace): boolean => {
    const { spanCount } = trace.columns;
    if (isOfTrace(node)) return spanCount > 0 && test(trace, 0);
    for (let row = 0; row < spanCount; row++) if (test(trace, row)) return true;
    return false;
  };
  return { test: matches, cost };
}

function rowTest(node: QueryNode): Costed<RowTest> {
  switch (node.type) {
    case 'and': {
      // Braces side by side ask for different spans, so a span that fits one of them is meant.
      const scopes = node.nodes.filter(hasScope).map(rowTest);
      const plain = node.nodes.filter((child) => !hasScope(child)).map(rowTest);
      plain.sort((a, b) => a.cost - b.cost);
      const test: RowTest = (trace, row) =>
        (plain.length > 0 || scopes.length === 0) && plain.every(({ test }) => test(trace, row));
      if (scopes.length === 0) return { test, cost: costOf(plain) };
      return {
        test: (trace, row) => test(trace, row) || scopes.some((scope) => scope.test(trace, row)),
        cost: costOf([...plain, ...scopes]),
      };
    }
    case 'or': {
      const parts = node.nodes.map(rowTest).sort((a, b) => a.cost - b.cost);
      return {
        test: (trace, row) => parts.some(({ test }) => test(trace, row)),
        cost: costOf(parts),
      };
    }
    case 'not': {
      const { test, cost } = rowTest(node.node);
      return { test: (trace, row) => !test(trace, row), cost };
    }
    case 'scope':
      return rowTest(node.node);
    case 'text':
      return { test: wordTest(node.text), cost: 1 };
    default:
      return termTest(node);
  }
}

function hasScope(node: QueryNode): boolean {
  if (node.type === 'scope') return true;
  if (node.type === 'not') return hasScope(node.node);
  return (node.type === 'and' || node.type === 'or') && node.nodes.some(hasScope);
}

function isOfTrace(node: QueryNode): boolean {
  if (node.type === 'term') return node.field?.isOfTrace === true;
  if (node.type === 'not' || node.type === 'scope') return isOfTrace(node.node);
  return (node.type === 'and' || node.type === 'or') && node.nodes.every(isOfTrace);
}

function costOf(parts: readonly Costed<unknown>[]): number {
  return parts.reduce((most, { cost }) => Math.max(most, cost), 0);
}

/** A bare word is looked for in names, services, ids and messages. */
function wordTest(text: string): RowTest {
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

function messagesOf(columns: TraceColumns, row: number): string[] {
  return [Fact.STATUS_MESSAGE, Fact.EXCEPTION_TYPE, Fact.EXCEPTION_MESSAGE]
    .map((fact) => textOf(columns, row, fact))
    .filter((text) => text !== undefined);
}

function termTest(term: QueryTerm): Costed<RowTest> {
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
/** Nothing is heard of the span any more. */
const SILENT = RowFlag.PROCESS_GONE | RowFlag.END_LOST;
const STATES: Readonly<Record<string, RowTest>> = {
  running: ({ columns }, row) =>
    isRunning(columns, row) && ((columns.flags[row] as number) & SILENT) === 0,
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
  edge: (term) => {
    const [from = '', to = ''] = term.value.toLowerCase().split('->');
    const isEqual = term.operator === '=' || term.operator === '!=';
    const fits = (label: string, wanted: string): boolean =>
      isEqual ? label.toLowerCase() === wanted : label.toLowerCase().includes(wanted);
    const isWanted = term.operator !== '!=';
    const test: RowTest = ({ edges }) =>
      (edges?.() ?? []).some((edge) => fits(edge.from, from) && fits(edge.to, to)) === isWanted;
    return { test, cost: 3 };
  },
};

function durationOfRow({ columns, nowNanos }: SearchedTrace, row: number): number {
  const start = columns.starts[row] ?? NaN;
  const end = columns.ends[row] ?? NaN;
  return Math.max(0, (Number.isNaN(end) ? nowNanos : end) - start);
}

/** Compares a value with that of a term; of a list, one element has to fit, and none for `!=`. */
function comparisonOf(term: QueryTerm): (value: AnyValue) => boolean {
  const { operator, value: wanted, number, pattern } = term;
  const wantedLower = wanted.toLowerCase();
  const isNumberField = term.field?.type === 'number' || term.field?.type === 'duration';
  const equals = (value: AnyValue): boolean =>
    String(value) === wanted || (!Number.isNaN(number) && toNumber(value) === number);
  const single = (value: AnyValue): boolean => {
    switch (operator) {
      case ':':
        return isNumberField ? equals(value) : String(value).toLowerCase().includes(wantedLower);
      case '=':
        return equals(value);
      case '<':
        return toNumber(value) < number;
      case '>':
        return toNumber(value) > number;
      case '<=':
        return toNumber(value) <= number;
      case '>=':
        return toNumber(value) >= number;
      default:
        return (pattern as RegExp).test(String(value).slice(0, MAX_TESTED_LENGTH));
    }
  };
  if (operator === '!=') {
    return (value) => (Array.isArray(value) ? !value.some(equals) : !equals(value));
  }
  return (value) => (Array.isArray(value) ? value.some(single) : single(value));
}

const MAX_TESTED_LENGTH = 10_000;

function toNumber(value: AnyValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && value !== '' ? Number(value) : NaN;
}
