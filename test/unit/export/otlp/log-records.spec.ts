import { describe, expect, it } from '@jest/globals';
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { JsonEncoding } from '../../../../lib/export/otlp/json-encoding.js';
import { JSON_LOG_RECORDS, jsonLogRecord } from '../../../../lib/export/otlp/json-log-record.js';
import { jsonCount, jsonNanos } from '../../../../lib/export/otlp/json-value.js';
import { ProtobufEncoding } from '../../../../lib/export/otlp/protobuf-encoding.js';
import { PROTOBUF_LOG_RECORDS } from '../../../../lib/export/otlp/protobuf-log-record.js';
import { writeLogValue } from '../../../../lib/export/otlp/protobuf-log-value.js';
import { ProtobufWriter } from '../../../../lib/export/otlp/protobuf-writer.js';
import type { ReadableLogRecord } from '../../../../lib/trace/index.js';
import { emittedLog, stockLogs } from '../../../support/log-source.js';
import { logRecordsOf, type OtlpJson, readLogsRequest } from './read-otlp.js';

const circular: { self?: unknown; name: string } = { name: 'c' };
circular.self = circular;

const RECORDS: [string, ReadableLogRecord][] = [
  ['a line', emittedLog({ body: 'hello', severityText: 'info' })],
  ['a line without a span', emittedLog({ body: 'hello', spanContext: undefined })],
  ['nothing but the time', emittedLog({ severityNumber: 0 })],
  [
    'an event with structures',
    emittedLog({
      body: { order: { id: 7, items: ['a', { sku: 'b', price: 1.5 }], none: [], empty: {} } },
      attributes: {
        text: 'é ☃ 𝄞',
        long: 'x'.repeat(300),
        count: 3,
        negative: -3,
        ratio: 0.25,
        huge: 2 ** 60,
        flag: false,
        list: ['a', 'b'],
        bytes: new Uint8Array([0, 255]),
        nested: { deeper: [[1], []] },
      },
      eventName: 'order.placed',
      severityNumber: 24,
      time: 1_700_000_000_123,
    }),
  ],
  ['an exception', emittedLog({ exception: new TypeError('boom'), severityNumber: 17 })],
  ['a circular body', emittedLog({ body: circular })],
];

function protobufOf(records: readonly ReadableLogRecord[]): OtlpJson {
  const body = new ProtobufEncoding(PROTOBUF_LOG_RECORDS).openBody(Number.POSITIVE_INFINITY);
  for (const record of records) expect(body.add(record)).toBeGreaterThan(0);
  return readLogsRequest(body.finish().body);
}

function jsonOf(records: readonly ReadableLogRecord[]): OtlpJson {
  const body = new JsonEncoding(JSON_LOG_RECORDS).openBody(Number.POSITIVE_INFINITY);
  for (const record of records) expect(body.add(record)).toBeGreaterThan(0);
  return JSON.parse(body.finish().body.toString()) as OtlpJson;
}

/** As OpenTelemetry's own exporter writes it. */
function stockProtobufOf(records: readonly ReadableLogRecord[]): OtlpJson {
  return readLogsRequest(ProtobufLogsSerializer.serializeRequest(records as never) as Uint8Array);
}

function stockJsonOf(records: readonly ReadableLogRecord[]): OtlpJson {
  const bytes = JsonLogsSerializer.serializeRequest(records as never) as Uint8Array;
  return JSON.parse(Buffer.from(bytes).toString()) as OtlpJson;
}

/** What both writers say: counts of zero, empty members and the form of 64-bit numbers apart. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, member]) => !isEmpty(key, member))
    .map(([key, member]) => [key, key === 'intValue' ? Number(member) : normal(member)]);
  return Object.fromEntries(entries);
}

function isEmpty(key: string, member: unknown): boolean {
  const isOptional = key === 'attributes' || key === 'body';
  if (isOptional && Object.keys(member as object).length === 0) return true;
  return member === 0 || member === '' || member === undefined;
}

describe('log records in OTLP', () => {
  it.each(RECORDS)('are in protobuf what OpenTelemetry writes: %s', (_, record) => {
    const ours = logRecordsOf(protobufOf([record]));
    expect(normal(ours)).toEqual(normal(logRecordsOf(stockProtobufOf([record]))));
    expect(ours).toHaveLength(1);
  });

  it.each(RECORDS)('are in JSON what OpenTelemetry writes: %s', (_, record) => {
    const ours = logRecordsOf(jsonOf([record]));
    expect(normal(ours)).toEqual(normal(logRecordsOf(stockJsonOf([record]))));
  });

  it('have the ids, the flags and the times of their span', () => {
    const [record] = logRecordsOf(protobufOf([emittedLog({ body: 'a' })]));
    expect(record).toEqual({
      timeUnixNano: '1714979289000250000',
      observedTimeUnixNano: '1714979289000250000',
      severityNumber: 9,
      body: { stringValue: 'a' },
      flags: 1,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
    });
  });

  it('stand below their resource and scope', () => {
    const scope = { name: 'other', schemaUrl: 'https://schema' };
    for (const request of [protobufOf, jsonOf].map((read) =>
      read([emittedLog({ body: 'a' }), emittedLog({ body: 'b' }, scope)]),
    )) {
      const resourceLogs = request.resourceLogs as OtlpJson[];
      const scopes = resourceLogs.flatMap(({ scopeLogs }) => scopeLogs as OtlpJson[]);
      expect(
        scopes.map(({ scope: { name, version }, schemaUrl }) => [name, version, schemaUrl]),
      ).toEqual([
        ['logger', '1.2.3', undefined],
        ['other', undefined, 'https://schema'],
      ]);
      expect(JSON.stringify(resourceLogs[0]?.resource)).toContain('service.name');
    }
  });

  it('of OpenTelemetry’s SDK are what OpenTelemetry writes', () => {
    const records = stockLogs({
      body: { a: [1, { b: 'c' }] },
      attributes: { list: ['x', 1, true], nested: { deep: 0.5 }, bytes: new Uint8Array([7]) },
      severityNumber: 13,
      severityText: 'warn',
      eventName: 'e',
    });
    expect(normal(protobufOf(records))).toEqual(normal(stockProtobufOf(records)));
    expect(normal(jsonOf(records))).toEqual(normal(stockJsonOf(records)));
  });

  it('of another SDK may be circular', () => {
    const [record] = stockLogs({ body: 'x' });
    const odd = Object.create(record as object, { body: { value: circular } }) as ReadableLogRecord;
    expect(JSON.stringify(protobufOf([odd]))).toContain('[Circular]');
    expect(jsonLogRecord(odd)).toContain('[Circular]');
  });

  it('are named by their event, or by their level', () => {
    const names = [
      emittedLog({ eventName: 'e', severityText: 'info' }),
      emittedLog({ severityText: 'info' }),
      emittedLog({ body: 'secret' }),
    ].map((record) => {
      const body = new ProtobufEncoding(PROTOBUF_LOG_RECORDS).openBody(1);
      body.add(record);
      return [body.finish().firstName, JSON_LOG_RECORDS.nameOf(record)];
    });
    expect(names).toEqual([
      ['e', 'e'],
      ['info', 'info'],
      ['', ''],
    ]);
  });
});

describe('fields of log records', () => {
  it('are left out if they count nothing', () => {
    const writer = new ProtobufWriter();
    writer.count(0x38, 0);
    writer.count(0x38, undefined);
    expect(writer.written()).toHaveLength(0);
    writer.count(0x38, 3);
    expect([...writer.written()]).toEqual([0x38, 3]);
    expect([jsonCount('a', 0), jsonCount('a', undefined), jsonCount('a', 3)]).toEqual([
      '',
      '',
      ',"a":3',
    ]);
    expect(jsonNanos([1, 5])).toBe('1000000005');
  });

  it('are empty values for what no log record can contain', () => {
    const writer = new ProtobufWriter();
    writeLogValue(writer, 0x2a, null);
    expect([...writer.written()]).toEqual([0x2a, 0]);
  });
});
