import { describe, expect, it } from '@jest/globals';
import { FACT_COUNT, Fact, NO_FACT } from '../../../../lib/viewer/analysis/facts.js';
import { graphCallsOf } from '../../../../lib/viewer/analysis/graph-calls.js';
import { StringTable } from '../../../../lib/viewer/analysis/string-table.js';
import { type TraceColumns, textOf } from '../../../../lib/viewer/analysis/trace-columns.js';
import { treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { LazyFacts } from '../../../../lib/viewer/store/lazy-facts.js';
import { glancedColumns, storedColumns } from '../../../../lib/viewer/store/stored-columns.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import { attribute, idOf, type OtlpMembers, spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';

const SERVER = 2;
const CLIENT = 3;
const CONSUMER = 5;

function entryOf(spans: readonly OtlpMembers[]): TraceEntry {
  const { store, send } = testStore();
  send(spans);
  return store.get(idOf(1, 32)) as TraceEntry;
}

const SPANS = [
  spanOf(1, 1, { kind: SERVER, attributes: [attribute('http.request.method', 'GET')] }),
  spanOf(1, 2, {
    kind: CLIENT,
    parentSpanId: idOf(1, 16),
    status: { code: 2, message: 'too late' },
    attributes: [attribute('db.system.name', 'postgresql'), attribute('db.namespace', 'shop')],
  }),
  spanOf(1, 3, {
    kind: CONSUMER,
    parentSpanId: idOf(1, 16),
    links: [{ traceId: idOf(7, 32), spanId: idOf(8, 16) }],
  }),
];

/** All facts of all rows, as texts. */
function factsOf(trace: TraceColumns): (string | undefined)[][] {
  return [...Array(trace.spanCount).keys()].map((row) =>
    [...Array(FACT_COUNT).keys()].map((fact) => textOf(trace, row, fact as Fact)),
  );
}

describe('glancedColumns and storedColumns', () => {
  it('have the same columns, facts and links', () => {
    const entry = entryOf(SPANS);
    const [glanced, stored] = [entry.glance(), entry.columns()];
    expect(factsOf(glanced)).toEqual(factsOf(stored));
    expect(factsOf(glanced)[1]).toContain('too late');
    const { facts: _, strings: __, ...rest } = stored;
    expect(glanced).toMatchObject(rest);
    expect(glanced.links).toEqual([{ row: 2, traceId: idOf(7, 32), spanId: 8n }]);
    const options = { serviceOfSpan: (id: string) => (id === idOf(7, 32) ? 'shop' : undefined) };
    const calls = graphCallsOf(treeOf(stored), options);
    expect(graphCallsOf(treeOf(glanced), options)).toEqual(calls);
    expect(calls.map(({ from, to }) => `${from.label} > ${to.label}`)).toEqual([
      'caller > orders',
      'shop > orders',
      'orders > postgresql/shop',
    ]);
  });

  it('read the bytes of a span only when somebody asks for its facts', () => {
    const entry = entryOf(SPANS);
    const read: number[] = [];
    const { spanCount, parents, ...views } = entry.columns();
    const source = {
      traceId: entry.id,
      base: entry.base,
      columns: { count: spanCount, views: () => ({ ...views, parents }) } as never,
      strings: views.strings,
      resources: entry.resources,
      bytesOf: (row: number) => {
        read.push(row);
        return entry.bytesOf(row);
      },
    };
    const glanced = glancedColumns(source);
    const stored = storedColumns(source);
    expect(read).toEqual([]);
    expect(textOf(glanced, 1, Fact.DB_SYSTEM)).toBe('postgresql');
    expect(textOf(glanced, 1, Fact.DB_NAMESPACE)).toBe('shop');
    expect(read).toEqual([1]);
    expect(stored.links).toHaveLength(1);
    expect(stored.facts).toBe(stored.facts);
    expect(read).toEqual([1, 0, 1, 2]);
  });
});

describe('LazyFacts', () => {
  it('says what a span lacks', () => {
    const entry = entryOf([spanOf(1, 1)]);
    const facts = new LazyFacts((row) => entry.bytesOf(row), new StringTable());
    expect(facts.valueOf(0, Fact.DB_SYSTEM)).toBe(NO_FACT);
  });
});
