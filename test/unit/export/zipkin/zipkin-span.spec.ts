import { describe, expect, it } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { toZipkinSpan } from '../../../../lib/export/zipkin/zipkin-span.js';
import type { ReadableSpan, Resource } from '../../../../lib/trace/index.js';
import { KNOWN_SPAN } from '../otlp/sample-spans.js';

function tagsOf(changes: Partial<ReadableSpan>): Record<string, string> {
  return toZipkinSpan({ ...KNOWN_SPAN, ...changes }).tags;
}

describe('a span for Zipkin', () => {
  it.each([
    [SpanKind.CLIENT, 'CLIENT'],
    [SpanKind.SERVER, 'SERVER'],
    [SpanKind.PRODUCER, 'PRODUCER'],
    [SpanKind.CONSUMER, 'CONSUMER'],
    [SpanKind.INTERNAL, undefined],
  ])('of kind %s has the kind %s', (kind, expected) => {
    expect(toZipkinSpan({ ...KNOWN_SPAN, kind }).kind).toBe(expected);
  });

  it('has no parent as the root of a trace', () => {
    const { parentSpanContext: _, ...root } = KNOWN_SPAN;
    expect(toZipkinSpan(root)).not.toHaveProperty('parentId');
  });

  it('takes a microsecond at least', () => {
    const { startTime } = KNOWN_SPAN;
    expect(toZipkinSpan({ ...KNOWN_SPAN, endTime: startTime }).duration).toBe(1);
    expect(toZipkinSpan({ ...KNOWN_SPAN, endTime: [0, 0] }).duration).toBe(1);
  });

  it('says whom it called', () => {
    const attributes = { 'server.address': 'Stock.local', 'server.port': 80 };
    expect(toZipkinSpan({ ...KNOWN_SPAN, kind: SpanKind.CLIENT, attributes })).toMatchObject({
      remoteEndpoint: { serviceName: 'stock.local', port: 80 },
    });
  });

  it('has the resource as tags, but the name of the service as its endpoint', () => {
    const resource = {
      attributes: { 'service.name': 'Orders', 'service.namespace': 'shop', both: 'resource' },
    } as unknown as Resource;
    const span = toZipkinSpan({ ...KNOWN_SPAN, resource, attributes: { both: 'span' } });
    expect(span.localEndpoint).toEqual({ serviceName: 'orders' });
    expect(span.tags).toMatchObject({ 'service.namespace': 'shop', both: 'span' });
    expect(span.tags).not.toHaveProperty(['service.name']);
  });

  it('names a service that has no name', () => {
    const resource = { attributes: {} } as unknown as Resource;
    expect(toZipkinSpan({ ...KNOWN_SPAN, resource }).localEndpoint).toEqual({
      serviceName: 'unknown_service:node',
    });
  });

  it('has all values as texts', () => {
    const attributes = {
      text: 'a',
      empty: '',
      whole: -3,
      fraction: 0.5,
      flag: true,
      list: ['a', null, 1] as never,
      none: undefined,
    };
    expect(tagsOf({ attributes })).toMatchObject({
      text: 'a',
      empty: '',
      whole: '-3',
      fraction: '0.5',
      flag: 'true',
      list: '["a",null,1]',
    });
    expect(tagsOf({ attributes })).not.toHaveProperty('none');
  });

  it.each([
    [SpanStatusCode.UNSET, 'not said', undefined, undefined],
    [SpanStatusCode.OK, 'not said', 'OK', undefined],
    [SpanStatusCode.ERROR, 'boom', 'ERROR', 'boom'],
    [SpanStatusCode.ERROR, undefined, 'ERROR', ''],
  ])('with status %s and message %s has the tags %s and %s', (code, message, status, error) => {
    const tags = tagsOf({ status: { code, ...(message !== undefined && { message }) } });
    expect([tags['otel.status_code'], tags.error]).toEqual([status, error]);
  });

  it('keeps an attribute named error unless it says that there is none', () => {
    const status = { code: SpanStatusCode.UNSET };
    expect(tagsOf({ status, attributes: { error: false } })).not.toHaveProperty('error');
    expect(tagsOf({ status, attributes: { error: 'odd' } }).error).toBe('odd');
  });

  it('says what it lost', () => {
    expect(
      tagsOf({ droppedAttributesCount: 1, droppedEventsCount: 2, droppedLinksCount: 3 }),
    ).toMatchObject({
      'otel.dropped_attributes_count': '1',
      'otel.dropped_events_count': '2',
      'otel.dropped_links_count': '3',
    });
    expect(tagsOf({ droppedAttributesCount: 0 })).not.toHaveProperty([
      'otel.dropped_attributes_count',
    ]);
  });

  it('tells its events as annotations', () => {
    const events: ReadableSpan['events'] = [
      { name: 'plain', time: [1, 1999] },
      { name: 'a "b"', time: [2, 0], attributes: { key: 'value', count: 1 } },
    ];
    expect(toZipkinSpan({ ...KNOWN_SPAN, events }).annotations).toEqual([
      { timestamp: 1_000_001, value: 'plain' },
      { timestamp: 2_000_000, value: '"a \\"b\\"": {"key":"value","count":1}' },
    ]);
    expect(toZipkinSpan({ ...KNOWN_SPAN, events: [] })).not.toHaveProperty('annotations');
  });
});
