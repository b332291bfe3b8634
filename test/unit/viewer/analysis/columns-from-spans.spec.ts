import { describe, expect, it } from '@jest/globals';
import {
  columnsFromSpans,
  traceResourceOf,
  tracesFromSpans,
} from '../../../../lib/viewer/analysis/columns-from-spans.js';
import { Fact } from '../../../../lib/viewer/analysis/facts.js';
import { SpanKind, type SpanRecord } from '../../../../lib/viewer/analysis/span-record.js';
import { RowFlag, textOf } from '../../../../lib/viewer/analysis/trace-columns.js';
import { spansOfLines } from '../../../support/trace-of-lines.js';

const SPAN: SpanRecord = {
  traceId: 'a'.repeat(32),
  spanId: '0000000000000001',
  name: 'work',
  startNanos: 1_700_000_000_000_000_000n,
  endNanos: 1_700_000_000_000_000_007n,
};

describe('columnsFromSpans', () => {
  it('counts nanoseconds from the first start, exactly', () => {
    const later = { ...SPAN, spanId: '0000000000000002', startNanos: SPAN.startNanos + 1n };
    const { base, starts, ends } = columnsFromSpans([later, SPAN]);
    expect(base).toBe(SPAN.startNanos);
    expect([...starts]).toEqual([1, 0]);
    expect([...ends]).toEqual([7, 7]);
  });

  it('makes a trace without spans', () => {
    expect(columnsFromSpans([]).spanCount).toBe(0);
  });

  it.each([
    ['ended and running', [SPAN, { ...SPAN, endNanos: undefined }], 7],
    ['running and ended', [{ ...SPAN, endNanos: undefined }, SPAN], 7],
    ['twice', [{ ...SPAN, endNanos: SPAN.startNanos }, SPAN], 7],
  ])('counts a span once that came %s', (_case, spans, end) => {
    const { ends } = columnsFromSpans(spans as SpanRecord[]);
    expect([...ends]).toEqual([end]);
  });

  it('keeps client and server of one id', () => {
    const { parents } = columnsFromSpans([
      { ...SPAN, kind: SpanKind.CLIENT },
      { ...SPAN, kind: SpanKind.SERVER },
    ]);
    expect([...parents]).toEqual([-1, 0]);
  });

  it('marks remote and local parents, and the cut of a circle', () => {
    const { flags } = columnsFromSpans([
      { ...SPAN, flags: 0x301 },
      { ...SPAN, spanId: '0000000000000002', flags: 0x101 },
      { ...SPAN, spanId: '0000000000000003', flags: 1 },
      { ...SPAN, spanId: '0000000000000004', parentSpanId: '0000000000000004' },
    ]);
    expect([...flags]).toEqual([RowFlag.REMOTE_PARENT, RowFlag.LOCAL_PARENT, 0, RowFlag.CYCLE_CUT]);
  });

  it('reads facts of attributes, parameters, the status and the last exception', () => {
    const exceptionEvent = (type: string) => ({
      name: 'exception',
      timeNanos: SPAN.startNanos,
      attributes: {
        'exception.type': type,
        'exception.message': 'no',
        'exception.stacktrace': 'Error: no\n    at run (/app/a.ts:3:5)',
      },
    });
    const trace = columnsFromSpans([
      {
        ...SPAN,
        statusMessage: 'bad',
        attributes: {
          'db.query.parameter.1': 'b',
          'db.query.parameter.0': 'a',
          'db.query.text': 'SELECT ?',
        },
        events: [
          exceptionEvent('First'),
          exceptionEvent('Last'),
          { ...exceptionEvent('x'), name: 'x' },
        ],
      },
    ]);
    const texts = [
      Fact.DB_TEXT,
      Fact.DB_PARAMETERS,
      Fact.STATUS_MESSAGE,
      Fact.EXCEPTION_TYPE,
      Fact.EXCEPTION_MESSAGE,
      Fact.EXCEPTION_FRAME,
    ].map((fact) => textOf(trace, 0, fact));
    expect(texts).toEqual(['SELECT ?', '0=a, 1=b', 'bad', 'Last', 'no', '/app/a.ts:3:5']);
  });

  it('lists links with their rows', () => {
    const link = { traceId: 'b'.repeat(32), spanId: '00000000000000ff' };
    expect(columnsFromSpans([{ ...SPAN, links: [link] }]).links).toEqual([
      { row: 0, traceId: link.traceId, spanId: 255n },
    ]);
  });

  it('names the service of each span', () => {
    const { services, strings, resources, resourceTable } = columnsFromSpans(
      spansOfLines('a @one 0-1\nb @two 0-1\nc @one 0-1'),
    );
    expect([...services].map((index) => strings[index])).toEqual(['one', 'two', 'one']);
    expect([...resources].map((index) => resourceTable[index]?.service)).toEqual([
      'one',
      'two',
      'one',
    ]);
  });
});

describe('tracesFromSpans', () => {
  it('makes a trace for each id', () => {
    const other = { ...SPAN, traceId: 'b'.repeat(32) };
    const traces = tracesFromSpans([other, SPAN, SPAN, { ...SPAN, spanId: '0000000000000002' }]);
    expect(
      traces.map(({ trace, records }) => [trace.traceId[0], trace.spanCount, records.length]),
    ).toEqual([
      ['b', 1, 1],
      ['a', 2, 2],
    ]);
  });
});

describe('traceResourceOf', () => {
  it('reads what tells processes apart', () => {
    const resource = traceResourceOf({
      'service.name': 'shop',
      'service.instance.id': 'i',
      'host.id': 'h',
      'host.name': 'n',
      'process.pid': 42,
    });
    expect(resource).toEqual({
      service: 'shop',
      instanceId: 'i',
      hostId: 'h',
      hostName: 'n',
      processId: 42,
    });
    expect(traceResourceOf({ 'service.name': 7 })).toEqual({ service: '' });
  });
});
