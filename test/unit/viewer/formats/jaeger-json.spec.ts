import { describe, expect, it } from '@jest/globals';
import { Wait, waitsOf } from '../../../../lib/viewer/analysis/blocking.js';
import { columnsFromSpans } from '../../../../lib/viewer/analysis/columns-from-spans.js';
import { SpanKind, SpanStatus } from '../../../../lib/viewer/analysis/span-record.js';
import { treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { isJaegerJson, readJaegerJson } from '../../../../lib/viewer/formats/jaeger-json.js';
import { FormatError } from '../../../../lib/viewer/formats/json-input.js';

const tag = (key: string, value: unknown, type?: string): object => ({ key, type, value });
const childOf = (spanID: string, refType = 'CHILD_OF', traceID = 'abc'): object => ({
  refType,
  traceID,
  spanID,
});

function traceWith(...spans: object[]): object {
  return {
    traceID: 'abc',
    spans: spans.map((span, i) => ({
      traceID: 'abc',
      spanID: `${i + 1}`,
      operationName: `op${i + 1}`,
      startTime: 1_700_000_000_000_000 + i,
      duration: 5,
      processID: 'p1',
      ...span,
    })),
    processes: { p1: { serviceName: 'shop', tags: [tag('hostname', 'one', 'string')] } },
  };
}

const read = (...spans: object[]) => readJaegerJson(JSON.stringify(traceWith(...spans)));
const tagged = (...tags: object[]) => read({ tags }).spans[0];

describe('readJaegerJson', () => {
  it('reads spans with their process', () => {
    const [root, child] = read({}, { references: [childOf('1')] }).spans;
    expect(root).toEqual({
      traceId: 'abc'.padStart(32, '0'),
      spanId: '1'.padStart(16, '0'),
      name: 'op1',
      kind: SpanKind.INTERNAL,
      startNanos: 1_700_000_000_000_000_000n,
      endNanos: 1_700_000_000_000_005_000n,
      status: SpanStatus.UNSET,
      resource: { attributes: { 'service.name': 'shop', 'host.name': 'one' } },
    });
    expect(child?.parentSpanId).toBe(root?.spanId);
    expect(child?.resource).toBe(root?.resource);
  });

  it('reads what the page saves, what the API answers, one trace and lines', () => {
    const trace = traceWith({});
    for (const text of [{ data: [trace, trace] }, [trace, trace]].map((json) =>
      JSON.stringify(json),
    )) {
      expect(readJaegerJson(text).spans).toHaveLength(2);
    }
    const line = JSON.stringify(trace);
    expect(readJaegerJson(`${line}\n${line}`).spans).toHaveLength(2);
  });

  it('makes of tags what they are made of', () => {
    const span = tagged(
      tag('span.kind', 'server'),
      tag('otel.status_code', 'ERROR'),
      tag('otel.status_description', 'no'),
      tag('error', true, 'bool'),
      tag('otel.scope.name', 'lib'),
      tag('otel.scope.version', '1'),
      tag('w3c.tracestate', 'a=b'),
      tag('http.status_code', '500', 'int64'),
    );
    expect(span).toMatchObject({
      kind: SpanKind.SERVER,
      status: SpanStatus.ERROR,
      statusMessage: 'no',
      scope: { name: 'lib', version: '1' },
      traceState: 'a=b',
      attributes: { 'http.status_code': 500 },
    });
    expect(Object.keys(span?.attributes ?? {})).toEqual(['http.status_code']);
  });

  it.each([
    [[tag('error', true)], SpanStatus.ERROR],
    [[tag('error', 'true')], SpanStatus.ERROR],
    [[tag('error', false)], SpanStatus.UNSET],
    [[tag('otel.status_code', 'OK'), tag('error', true)], SpanStatus.OK],
    [[], SpanStatus.UNSET],
  ])('reads the status of %j', (tags, status) => expect(tagged(...tags)?.status).toBe(status));

  it('reads values of each type', () => {
    const span = tagged(
      tag('bool', 'true', 'bool'),
      tag('int', '9007199254740993', 'int64'),
      tag('float', '1.5', 'float64'),
      tag('binary', 'AP8=', 'binary'),
      tag('text', 'x', 'string'),
      tag('bare', 5),
      tag('odd', {}),
    );
    expect(span?.attributes).toEqual({
      bool: true,
      int: 9_007_199_254_740_993n,
      float: 1.5,
      binary: Uint8Array.of(0, 255),
      text: 'x',
      bare: 5,
      odd: null,
    });
  });

  it('reads logs as events', () => {
    const logs = [
      { timestamp: 7, fields: [tag('event', 'exception'), tag('exception.type', 'E')] },
      { timestamp: 8, fields: [tag('message', 'hello')] },
    ];
    expect(read({ logs }).spans[0]?.events).toEqual([
      { name: 'exception', timeNanos: 7_000n, attributes: { 'exception.type': 'E' } },
      { name: 'log', timeNanos: 8_000n, attributes: { message: 'hello' } },
    ]);
  });

  it('takes the parent that waits, and makes links of the other references', () => {
    const references = [
      childOf('1', 'FOLLOWS_FROM'),
      childOf('2'),
      childOf('9', 'CHILD_OF', 'def'),
    ];
    const span = read({}, {}, { references }).spans[2];
    expect(span?.parentSpanId).toBe('2'.padStart(16, '0'));
    expect(span?.links).toEqual([
      {
        traceId: 'abc'.padStart(32, '0'),
        spanId: '1'.padStart(16, '0'),
        attributes: { 'opentracing.ref_type': 'follows_from' },
      },
      {
        traceId: 'def'.padStart(32, '0'),
        spanId: '9'.padStart(16, '0'),
        attributes: { 'opentracing.ref_type': 'child_of' },
      },
    ]);
  });

  it('does not wait for a span that only follows', () => {
    const { spans } = read({}, { references: [childOf('1', 'FOLLOWS_FROM')] });
    const tree = treeOf(columnsFromSpans(spans));
    expect(waitsOf(tree)[1]).toBe(Wait.MESSAGE);
  });

  it('reads parents and processes of old files, and parts of microseconds', () => {
    const process = { serviceName: 'other' };
    const span = read({ parentSpanID: 'ff', process, startTime: 1.5 }).spans[0];
    expect(span).toMatchObject({
      parentSpanId: 'ff'.padStart(16, '0'),
      startNanos: 1_500n,
      resource: { attributes: { 'service.name': 'other' } },
    });
  });

  it.each([
    { spanID: 'xyz' },
    { spanID: '0' },
    { startTime: 'now' },
    { duration: null, startTime: null },
  ])('counts a span that it cannot read: %j', (span) =>
    expect(read({}, span)).toMatchObject({ spans: [{}], refusedCount: 1 }),
  );

  it.each(['', '{}', '{"data":[]}', '{"resourceSpans":[]}', '5'])('refuses %p', (text) => {
    expect(() => readJaegerJson(text)).toThrow(FormatError);
  });
});

describe('isJaegerJson', () => {
  it('knows traces', () => {
    expect(isJaegerJson({ data: [traceWith({})] })).toBe(true);
    expect(isJaegerJson({ resourceSpans: [] })).toBe(false);
  });
});
