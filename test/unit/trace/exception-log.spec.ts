import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { maskMessage } from '../../../lib/context/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { emitException } from '../../../lib/trace/exception-log.js';

const NO_TIME: [number, number] = [0, 0];

describe('emitException', () => {
  it.each([
    [SpanKind.SERVER, 17, 'ERROR'],
    [SpanKind.CONSUMER, 17, 'ERROR'],
    [SpanKind.INTERNAL, 17, 'ERROR'],
    [SpanKind.CLIENT, 13, 'WARN'],
    [SpanKind.PRODUCER, 13, 'WARN'],
  ])('rates the exceptions of kind %i', (kind, severityNumber, severityText) => {
    const entries: unknown[] = [];
    const logs = { emit: (entry: unknown) => entries.push(entry) };
    const attributes = { 'exception.type': 'E', 'exception.message': 'm' };
    emitException(logs as never, attributes, kind, {} as never, NO_TIME);
    expect(entries).toMatchObject([
      { severityNumber, severityText, eventName: 'exception', body: 'E: m', attributes },
    ]);
  });
});

describe('exceptions as log records', () => {
  it('are emitted once in a trace, at the span where they occur first', () => {
    const { tracer, recorder, logs } = createTestTracing({ exceptionSignal: 'logs' });
    const error = new Error('boom');
    expect(() =>
      tracer.trace('outer', () =>
        tracer.trace('inner', () => {
          throw error;
        }),
      ),
    ).toThrow(error);
    const [inner, outer] = recorder.takeSpans();
    expect(logs.getFinishedLogRecords().map(({ spanContext }) => spanContext?.spanId)).toEqual([
      inner?.spanContext().spanId,
    ]);
    expect([inner?.events, outer?.events]).toEqual([[], []]);
    expect(outer?.attributes['error.type']).toBe('Error');
  });

  it('have the masked message, and the time that the caller gives', () => {
    const { tracer, recorder, logs } = createTestTracing({ exceptionSignal: 'logs' });
    const error = new Error('secret');
    maskMessage(error, 'masked');
    const span = tracer.startSpan('work', { startTime: 1_700_000_000_000 });
    span.recordException(error, 1_700_000_000_250);
    span.end();
    recorder.takeSpans();
    const [record] = logs.getFinishedLogRecords();
    expect(record).toMatchObject({ body: 'Error: masked', hrTime: [1_700_000_000, 250_000_000] });
    expect(JSON.stringify(record?.attributes)).not.toContain('secret');
  });

  it('are not emitted by a span that has ended', () => {
    const { tracer, recorder, logs } = createTestTracing({ exceptionSignal: 'logs' });
    const span = tracer.startSpan('work');
    span.end();
    span.recordException(new Error('late'));
    span.recordExceptionOnce(new Error('late'));
    recorder.takeSpans();
    expect(logs.getFinishedLogRecords()).toEqual([]);
  });
});
