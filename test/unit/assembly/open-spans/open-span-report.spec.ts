import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { writeReport } from '../../../../lib/assembly/open-spans/open-span-report.js';
import { Redactor } from '../../../../lib/delivery/index.js';
import { createResource, type RecordingSpan } from '../../../../lib/trace/index.js';
import { readResource, readScope, readSpan } from '../../../../lib/viewer/otlp/read-span.js';
import { skimSpans } from '../../../../lib/viewer/otlp/skim-spans.js';
import { KeepingProcessor, providerFor } from '../../../support/span-source.js';

const RESOURCE = createResource({ serviceName: 'orders', serviceInstanceId: 'one' });
const { tracer } = providerFor(new KeepingProcessor());

function open(name: string, attributes: Record<string, string> = {}): RecordingSpan {
  return tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }) as RecordingSpan;
}

/** What a receiver reads of a report. */
function read(body: Buffer) {
  const spans: ReturnType<typeof readSpan>[] = [];
  const services: unknown[] = [];
  const scopes: string[] = [];
  const { isReadable } = skimSpans(body, {
    beginScope: ({ resource, scope }) => {
      services.push(readResource(resource).attributes['service.name']);
      scopes.push(readScope(scope, '').name);
    },
    receive: ({ bytes, start, stop }) => spans.push(readSpan(bytes.subarray(start, stop))),
  });
  expect(isReadable).toBe(true);
  return { spans, services, scopes };
}

const never = (): boolean => false;
const always = (): boolean => true;

describe('a report about open spans', () => {
  it('has new spans as a whole, without an end', () => {
    const parent = open('GET /orders', { 'http.route': '/orders' });
    parent.addEvent('asked', { 'user.id': 'a' });
    parent.addLink({ context: open('other').spanContext(), attributes: { kind: 'b' } });
    const { body, sentIds } = writeReport(RESOURCE, [parent], never, undefined);
    const { spans, services, scopes } = read(body);
    expect([services, scopes]).toEqual([['orders'], [tracer.scope.name]]);
    expect(spans).toMatchObject([
      {
        traceId: parent.traceId,
        spanId: parent.spanId,
        name: 'GET /orders',
        kind: 2,
        attributes: { 'http.route': '/orders' },
        events: [{ name: 'asked', attributes: { 'user.id': 'a' } }],
        links: [{ attributes: { kind: 'b' } }],
      },
    ]);
    expect(spans[0]?.startNanos).toBeGreaterThan(0n);
    expect(spans[0]?.endNanos).toBeUndefined();
    expect(sentIds).toEqual([parent.spanId]);
  });

  it('names known spans by their ids and their kind, in 32 bytes', () => {
    const span = open('GET /orders', { 'http.route': '/orders' });
    const { body, sentIds } = writeReport(RESOURCE, [span], always, undefined);
    // Field 2 of ScopeSpans: a Span with trace_id, span_id and kind.
    const heartbeat = Buffer.from(`121e0a10${span.traceId}1208${span.spanId}3002`, 'hex');
    expect(heartbeat).toHaveLength(32);
    expect(body.includes(heartbeat)).toBe(true);
    expect(body.includes('orders')).toBe(true);
    expect(body.includes('http.route')).toBe(false);
    expect(sentIds).toEqual([]);
  });

  it('redacts what it sends, and not the spans', () => {
    const span = open('GET', { password: 'one', shown: 'two' });
    span.addEvent('signed in', { 'api-key': 'three' });
    span.addLink({ context: open('other').spanContext(), attributes: { token: 'four' } });
    const { body } = writeReport(RESOURCE, [span], never, new Redactor());
    expect(read(body).spans[0]).toMatchObject({
      attributes: { password: 'REDACTED', shown: 'two' },
      events: [{ attributes: { 'api-key': 'REDACTED' } }],
      links: [{ attributes: { token: 'REDACTED' } }],
    });
    expect(span.attributes).toEqual({ password: 'one', shown: 'two' });
    expect(span.events[0]?.attributes).toEqual({ 'api-key': 'three' });
  });

  it('says without spans that the process has none', () => {
    const { spans, services } = read(writeReport(RESOURCE, [], never, undefined).body);
    expect([spans, services]).toEqual([[], ['orders']]);
  });

  it('leaves the rest to the next report when it grows long', () => {
    const spans = Array.from({ length: 10 }, () => open('GET', { text: 'x'.repeat(100_000) }));
    const first = writeReport(RESOURCE, spans, never, undefined);
    expect(first.sentIds).toEqual(spans.slice(0, 3).map(({ spanId }) => spanId));
    expect(read(first.body).spans).toHaveLength(3);
  });

  it('does not send a span that is too long', () => {
    const spans = [open('GET', { text: 'x'.repeat(300_000) }), open('POST')];
    const { body, sentIds, tooLongIds } = writeReport(RESOURCE, spans, never, undefined);
    expect(read(body).spans.map(({ name }) => name)).toEqual(['POST']);
    expect([sentIds, tooLongIds]).toEqual([[spans[1]?.spanId], [spans[0]?.spanId]]);
  });

  it('keeps the scopes of spans apart', () => {
    const other = providerFor(new KeepingProcessor()).getTracer('other', '2.0');
    const spans = [open('A'), other.startSpan('B') as RecordingSpan, open('C')];
    const { scopes, spans: received } = read(writeReport(RESOURCE, spans, never, undefined).body);
    expect(scopes).toEqual([tracer.scope.name, 'other']);
    expect(received.map(({ name }) => name)).toEqual(['A', 'C', 'B']);
  });
});
