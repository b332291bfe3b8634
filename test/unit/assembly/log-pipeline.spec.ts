import { describe, expect, it } from '@jest/globals';
import { createTracing } from '../../../lib/assembly/index.js';
import { LOG_SINK } from '../../../lib/context/log-sink.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { InMemoryLogExporter, OtlpLogExporter } from '../../../lib/export/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';

describe('createLogPipeline', () => {
  it('offers a sink to the log libraries of the application', () => {
    const { tracer, tracing, logs, recorder } = createTestTracing();
    const sink = tracer.application.get(LOG_SINK);
    expect(sink).toBe(tracing.logSink);
    tracer.trace('work', (span) => {
      sink?.emit({ severityNumber: 9, body: 'hello' });
      expect(logs.getFinishedLogRecords()).toMatchObject([
        { body: 'hello', severityNumber: 9, spanContext: span.spanContext() },
      ]);
    });
    recorder.takeSpans();
  });

  it('offers none without an exporter, and none where nothing is recorded', async () => {
    const without = createTracing({ exporter: undefined, registerGlobally: false, enabled: true });
    const logExporter = new InMemoryLogExporter();
    const off = createTracing({ logExporter, registerGlobally: false, enabled: false });
    for (const tracing of [without, off]) {
      expect(tracing.tracer.application.get(LOG_SINK)).toBeUndefined();
      expect(tracing.logSink).toBeUndefined();
      await tracing.shutdown();
    }
  });

  it('redacts attributes and structured bodies', () => {
    const { tracing, logs } = createTestTracing({ redaction: { keys: ['iban'] } });
    tracing.logSink?.emit({
      severityNumber: 9,
      body: { user: { password: 'p', name: 'n' }, iban: ['1', 2] },
      attributes: { token: 't', request: { cookies: { sid: 's', isSet: true } }, count: 1 },
    });
    expect(logs.getFinishedLogRecords()).toMatchObject([
      {
        body: { user: { password: 'REDACTED', name: 'n' }, iban: ['REDACTED', 'REDACTED'] },
        attributes: {
          token: 'REDACTED',
          request: { cookies: { sid: 'REDACTED', isSet: true } },
          count: 1,
        },
      },
    ]);
  });

  it('keeps secrets where redaction is off', () => {
    const { tracing, logs } = createTestTracing({ redaction: false });
    tracing.logSink?.emit({ severityNumber: 9, body: { password: 'p' }, attributes: { pwd: 'q' } });
    expect(logs.getFinishedLogRecords()).toMatchObject([
      { body: { password: 'p' }, attributes: { pwd: 'q' } },
    ]);
  });

  it('limits the attributes', () => {
    const { tracing, logs } = createTestTracing({
      logRecordLimits: { attributeCountLimit: 1, attributeValueLengthLimit: 3 },
    });
    tracing.logSink?.emit({ severityNumber: 9, body: 'longer', attributes: { a: 'abcd', b: 1 } });
    expect(logs.getFinishedLogRecords()).toMatchObject([
      { body: 'longer', attributes: { a: 'abc' }, droppedAttributesCount: 1 },
    ]);
  });

  it.each([
    { logExporter: {} as OtlpLogExporter },
    { logBatch: { maxQueueSize: 0 }, logExporter: new OtlpLogExporter() },
    { logRecordLimits: { attributeCountLimit: -1 } },
    { exceptionSignal: 'spans' as 'logs' },
  ])('refuses %o', (options) => {
    expect(() => createTestTracing(options)).toThrow(TracingConfigError);
  });

  describe('exceptions', () => {
    const boom = Object.assign(new RangeError('boom'), { stack: 'RangeError: boom\n    at x' });
    const attributes = {
      'exception.type': 'RangeError',
      'exception.message': 'boom',
      'exception.stacktrace': 'RangeError: boom\n    at x',
    };

    it.each([
      ['events', 1, 0],
      ['logs', 0, 1],
      ['logs/dup', 1, 1],
    ] as const)('are exported as %s', (exceptionSignal, eventCount, logCount) => {
      const { tracer, logs, recorder } = createTestTracing({ exceptionSignal });
      const span = tracer.startSpan('work');
      span.recordError(Object.assign(new RangeError('boom'), { stack: boom.stack }));
      span.end();
      const [ended] = recorder.takeSpans();
      expect(ended?.events.map((event) => event.attributes)).toEqual(
        Array(eventCount).fill(attributes),
      );
      expect(ended?.status).toEqual({ code: 2, message: 'boom' });
      const records = logs.getFinishedLogRecords();
      expect(records).toHaveLength(logCount);
      for (const record of records) {
        expect(record).toMatchObject({
          eventName: 'exception',
          severityNumber: 17,
          severityText: 'ERROR',
          body: 'RangeError: boom',
          attributes,
          spanContext: span.spanContext(),
        });
      }
      if (eventCount + logCount === 2) expect(records[0]?.hrTime).toEqual(ended?.events[0]?.time);
    });

    it('stay events where there is no log exporter, which is reported once', async () => {
      const lines: string[] = [];
      const tracing = createTracing({
        exceptionSignal: 'logs',
        registerGlobally: false,
        logger: { warn: (line) => lines.push(line) },
        spanProcessors: [],
      });
      expect(tracing.tracer.core.exceptionExport.asEvents).toBe(true);
      expect(lines).toEqual([
        'Exceptions are to be exported as log records (logs), but there is no log exporter. They stay events of their spans. Set the option logExporter, or OTEL_LOGS_EXPORTER=otlp; beside tracerProvider, the option loggerProvider.',
      ]);
      await tracing.shutdown();
    });
  });
});
