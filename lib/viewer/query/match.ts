import type { QueryNode } from './parse.js';
import type { Costed, RowTest, SearchedTrace } from './searched-trace.js';
import { termTest, wordTest } from './term-test.js';

/** A query that is ready to be asked. */
export interface CompiledQuery {
  /** Whether a trace matches. */
  matches(trace: SearchedTrace): boolean;
  /** Whether a span is one that the query is about: with braces, one of the spans that they ask for. */
  matchesRow(trace: SearchedTrace, row: number): boolean;
}

type TraceTest = (trace: SearchedTrace) => boolean;

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
