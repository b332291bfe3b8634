import { describe, expect, it } from '@jest/globals';
import type { Span, SpanContext } from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import {
  createLogFields,
  DEFAULT_LOG_FIELDS,
  type LogFieldsOption,
} from '../../../lib/logging/log-fields.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const spanContext: SpanContext = { traceId, spanId, traceFlags: 1 };

function fieldsOf(option: LogFieldsOption, given = spanContext, context = TracingContext.ROOT) {
  return createLogFields('logging.fields', option)?.values(given, context);
}

describe('createLogFields', () => {
  it('returns nothing without an option; the default is that of OpenTelemetry', () => {
    expect(createLogFields('logging.fields', undefined)).toBeUndefined();
    expect(DEFAULT_LOG_FIELDS.values(spanContext, TracingContext.ROOT)).toEqual(fieldsOf('otel'));
  });

  const dd = { 'dd.trace_id': '9532127138774266268', 'dd.span_id': '13235353014750950193' };
  const gcp = {
    'logging.googleapis.com/trace': `projects/shop-42/traces/${traceId}`,
    'logging.googleapis.com/spanId': spanId,
    'logging.googleapis.com/trace_sampled': true,
  };
  it.each<[string, LogFieldsOption, object]>([
    ['OpenTelemetry', 'otel', { trace_id: traceId, span_id: spanId, trace_flags: '01' }],
    ['Datadog', 'datadog', dd],
    ['Datadog, 128 bits', 'datadog128', { ...dd, 'dd.trace_id': traceId }],
    ['Elastic', 'ecs', { 'trace.id': traceId, 'span.id': spanId }],
    ['Google Cloud', { gcpProject: 'shop-42' }, gcp],
    ['no other names', {}, { trace_id: traceId, span_id: spanId, trace_flags: '01' }],
    [
      'names',
      { traceId: 'trace-id', spanId: 'span-id', traceFlags: false },
      { 'trace-id': traceId, 'span-id': spanId },
    ],
    ['a function', ({ traceId: id }) => ({ id }), { id: traceId }],
  ])('makes the fields for %s', (_, option, fields) => {
    expect(fieldsOf(option)).toEqual(fields);
  });

  it('shows in each form that has flags that a trace is not sampled', () => {
    const unsampled = { ...spanContext, traceFlags: 0 };
    expect(fieldsOf('otel', unsampled)).toMatchObject({ trace_flags: '00' });
    expect(fieldsOf({}, { ...spanContext, traceFlags: 3 })).toMatchObject({ trace_flags: '03' });
    expect(fieldsOf({ gcpProject: 'shop-42' }, unsampled)).toMatchObject({
      'logging.googleapis.com/trace_sampled': false,
    });
    expect(fieldsOf({ gcpProject: 'shop-42' }, { ...spanContext, traceFlags: 3 })).toMatchObject({
      'logging.googleapis.com/trace_sampled': true,
    });
  });

  it('names the span of the request as the transaction of Elastic', () => {
    const entryOf = (entryContext: SpanContext) =>
      TracingContext.ROOT.withEntry(undefined, {
        exceptionCaught() {},
        entrySpan: { spanContext: () => entryContext } as Span,
      });
    const request = { traceId, spanId: '00f067aa0ba902b7', traceFlags: 1 };
    expect(fieldsOf('ecs', spanContext, entryOf(request))).toEqual({
      'trace.id': traceId,
      'span.id': spanId,
      'transaction.id': '00f067aa0ba902b7',
    });
    const other = { ...request, traceId: '4bf92f3577b34da6a3ce929d0e0e4736' };
    expect(fieldsOf('ecs', spanContext, entryOf(other))).not.toHaveProperty(['transaction.id']);
  });

  it('makes a new object each time, to which a logger can add', () => {
    const options: LogFieldsOption[] = [
      'otel',
      'datadog',
      'datadog128',
      'ecs',
      {},
      { gcpProject: 'a' },
    ];
    for (const option of options) {
      const fields = createLogFields('logging.fields', option);
      expect(fields?.values(spanContext, TracingContext.ROOT)).not.toBe(
        fields?.values(spanContext, TracingContext.ROOT),
      );
    }
  });

  it.each<[unknown, string]>([
    ['gelf', 'logging.fields must be'],
    ['toString', 'logging.fields must be'],
    [null, 'logging.fields must be'],
    [true, 'logging.fields must be'],
    [{ gcpProject: '' }, 'logging.fields.gcpProject must be a non-empty string'],
    [{ traceId: '' }, 'logging.fields.traceId must be a non-empty string'],
    [{ spanId: true }, 'logging.fields.spanId must be a non-empty string'],
  ])('refuses %j', (option, message) => {
    expect(() => createLogFields('logging.fields', option as LogFieldsOption)).toThrow(message);
  });
});

describe('the text of the fields', () => {
  const other = { ...spanContext, spanId: '00f067aa0ba902b7' };
  const textsOf = (option: LogFieldsOption) => {
    const fields = createLogFields('logging.fields', option);
    return [spanContext, spanContext, other, spanContext].map((given) =>
      fields?.text(given, TracingContext.ROOT),
    );
  };

  it('is rendered once for the lines in a span', () => {
    for (const option of ['otel', 'datadog', 'datadog128', { gcpProject: 'a' }, {}] as const) {
      const [first, second, third, last] = textsOf(option as LogFieldsOption);
      expect(second).toBe(first);
      expect(third).not.toBe(first);
      expect(third?.values).not.toEqual(first?.values);
      expect(last?.values).toEqual(first?.values);
    }
  });

  it('is rendered for each line where more than the span decides', () => {
    for (const option of ['ecs', () => ({ id: 'A' })] as const) {
      const [first, second] = textsOf(option);
      expect(second).not.toBe(first);
      expect(second?.values).toEqual(first?.values);
    }
  });
});
