import { describe, expect, it } from '@jest/globals';
import type {
  LogRecordExporter as StockExporter,
  ReadableLogRecord as StockRecord,
} from '@opentelemetry/sdk-logs';
import type { LogEntry } from '../../../lib/context/index.js';
import { OtlpLogExporter } from '../../../lib/export/index.js';
import {
  createLogRecordLimits,
  LogRecord,
  type LogRecordLimits,
} from '../../../lib/trace/index.js';
import { emittedLog, SPAN_CONTEXT } from '../../support/log-source.js';
import { KeepingProcessor, providerFor } from '../../support/span-source.js';

function recordOf(entry: Partial<LogEntry>, limits: Partial<LogRecordLimits> = {}): LogRecord {
  const { core } = providerFor(new KeepingProcessor());
  const scope = { name: 'x' };
  const all = createLogRecordLimits(limits);
  return new LogRecord(core, all, scope, SPAN_CONTEXT, { severityNumber: 9, ...entry });
}

describe('LogRecord', () => {
  it('has the shape of OpenTelemetry’s log records, and our exporters that of its exporters', () => {
    const record = emittedLog({ body: 'hello' });
    const stock: StockRecord = record as unknown as StockRecord;
    const exporter = new OtlpLogExporter() as unknown as StockExporter;
    expect(Object.keys(stock.attributes)).toEqual([]);
    expect(stock.instrumentationScope).toEqual({ name: 'logger', version: '1.2.3' });
    expect(stock.resource.attributes['service.name']).toBe('orders');
    expect(typeof exporter.forceFlush).toBe('function');
  });

  it('has two times: when it happened, and when it was emitted', () => {
    const { hrTime, hrTimeObserved } = recordOf({ time: new Date(1_700_000_000_500) });
    expect(hrTime).toEqual([1_700_000_000, 500_000_000]);
    expect(hrTimeObserved).toEqual([1_714_979_289, 250_000]);
    const now = recordOf({});
    expect(now.hrTime).toEqual(now.hrTimeObserved);
    const odd = recordOf({ time: 'yesterday' as never });
    expect(odd.hrTime).toEqual(odd.hrTimeObserved);
  });

  it.each([0, -1, 25, 9.5, Number.NaN, '9' as never, undefined as never])(
    'has no severity number for %p',
    (severityNumber) => {
      expect(recordOf({ severityNumber }).severityNumber).toBeUndefined();
    },
  );

  it('ignores texts of a wrong type', () => {
    const record = recordOf({ severityText: 1 as never, eventName: '' });
    expect([record.severityText, record.eventName]).toEqual([undefined, undefined]);
  });

  it('drops attributes over the limit, without a key, and that cannot be recorded', () => {
    const attributes = { a: 1, '': 2, fn: () => {}, none: undefined, nothing: null, b: 2, c: 3 };
    const record = recordOf({ attributes }, { attributeCountLimit: 2 });
    expect(record.attributes).toEqual({ a: 1, b: 2 });
    expect(record.droppedAttributesCount).toBe(3);
  });

  it('reads attributes that throw', () => {
    const attributes = {
      get bad(): string {
        throw new Error('no');
      },
      good: 1,
    };
    expect(recordOf({ attributes }).attributes).toEqual({ bad: '[Unreadable]', good: 1 });
  });

  it('is kept where its attributes cannot be listed, or are missing', () => {
    const ownKeys = (): never => {
      throw new Error('no');
    };
    const hostile = recordOf({ body: 'kept', attributes: new Proxy({}, { ownKeys }) });
    expect([hostile.body, hostile.attributes]).toEqual(['kept', {}]);
    expect(hostile.droppedAttributesCount).toBe(1);
    const missing = recordOf({ body: 'kept', attributes: null as never });
    expect([missing.body, missing.droppedAttributesCount]).toEqual(['kept', 0]);
  });

  it('describes an exception, unless attributes do', () => {
    const exception = new TypeError('boom');
    const { attributes } = recordOf({ exception, attributes: { 'exception.message': 'mine' } });
    expect(attributes).toEqual({
      'exception.message': 'mine',
      'exception.type': 'TypeError',
      'exception.stacktrace': exception.stack,
    });
    expect(recordOf({ exception: 'text' }).attributes).toEqual({
      'exception.type': 'string',
      'exception.message': 'text',
    });
  });

  it('counts the length of its values, and says whether it has structures', () => {
    const record = recordOf({ body: 'hello', attributes: { a: 'abc', n: 1 } });
    expect([record.valueLength, record.hasStructures]).toEqual([8, false]);
    expect(recordOf({ attributes: { a: [{ b: 1 }] } }).hasStructures).toBe(true);
  });
});
