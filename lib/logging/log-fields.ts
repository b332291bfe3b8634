import type { SpanContext } from '@opentelemetry/api';
import type { TracingContext } from '../context/index.js';
import { checkOption, checkString } from '../option-checks.js';
import { FieldText, type LogFieldValues } from './field-text.js';

/** Names of the fields, for a log backend that expects others. False leaves a field out. */
export interface LogFieldNames {
  /** The trace id, 32 hexadecimal digits. @default 'trace_id' */
  readonly traceId?: string | false;
  /** The span id, 16 hexadecimal digits. @default 'span_id' */
  readonly spanId?: string | false;
  /** The flags of the trace, two hexadecimal digits: `01` if it is sampled. @default 'trace_flags' */
  readonly traceFlags?: string | false;
}

/** The fields that Google Cloud Logging connects with Cloud Trace. */
export interface GcpLogFields {
  /** The id of the Google Cloud project that receives the traces. */
  readonly gcpProject: string;
}

/**
 * The fields of log lines inside a span:
 *
 * - `'otel'`: `trace_id`, `span_id` and `trace_flags`, in hexadecimal digits
 * - `'datadog'`: `dd.trace_id` and `dd.span_id` as decimal numbers of 64 bits
 * - `'datadog128'`: `dd.trace_id` with all 128 bits, in hexadecimal digits, and `dd.span_id` as for `'datadog'`
 * - `'ecs'`: `trace.id`, `span.id`, and `transaction.id`, the id of the span of the request or message
 * - `{ gcpProject }`: `logging.googleapis.com/trace`, `logging.googleapis.com/spanId` and
 *   `logging.googleapis.com/trace_sampled`
 * - an object with names: the fields of `'otel'` with other names
 * - a function that is called for each line inside a span, and returns a new object
 */
export type LogFieldsOption =
  | 'otel'
  | 'datadog'
  | 'datadog128'
  | 'ecs'
  | GcpLogFields
  | LogFieldNames
  | ((spanContext: SpanContext) => LogFieldValues);

/** Returns the fields for a span: a new object with each call, which the caller may change. */
type MakeFields = (spanContext: SpanContext, context: TracingContext) => LogFieldValues;

/** The fields of log lines: as an object for loggers that take one, and as a text for those that print. */
export class LogFields {
  private lastSpan: SpanContext | undefined = undefined;
  private lastText: FieldText | undefined = undefined;

  /**
   * @param values returns the fields of a span: a new object with each call, which the caller may change
   * @param dependsOnSpanOnly whether the fields are the same for all lines in a span
   */
  constructor(
    readonly values: MakeFields,
    private readonly dependsOnSpanOnly: boolean,
  ) {}

  /** Returns the fields of a span as text. Several lines in a span are rendered once. */
  text(spanContext: SpanContext, context: TracingContext): FieldText {
    if (this.lastText !== undefined && spanContext === this.lastSpan) return this.lastText;
    const text = new FieldText(this.values(spanContext, context));
    if (!this.dependsOnSpanOnly) return text;
    this.lastSpan = spanContext;
    this.lastText = text;
    return text;
  }
}

const MAKERS: Record<'otel' | 'datadog' | 'datadog128' | 'ecs', MakeFields> = {
  otel: ({ traceId, spanId, traceFlags }) => ({
    trace_id: traceId,
    span_id: spanId,
    trace_flags: flagsInHex(traceFlags),
  }),
  // Datadog, "Correlate OpenTelemetry Traces and Logs": the lower 64 bits as an unsigned decimal number.
  datadog: ({ traceId, spanId }) => ({
    'dd.trace_id': toDecimal(traceId.slice(TRACE_ID_HALF)),
    'dd.span_id': toDecimal(spanId),
  }),
  // As dd-trace writes it with DD_TRACE_128_BIT_TRACEID_LOGGING_ENABLED.
  datadog128: ({ traceId, spanId }) => ({
    'dd.trace_id': traceId,
    'dd.span_id': toDecimal(spanId),
  }),
  // Elastic Common Schema 9, "Tracing fields".
  ecs: ({ traceId, spanId }, { entry }) => {
    const fields: LogFieldValues = { 'trace.id': traceId, 'span.id': spanId };
    const transaction = entry?.entrySpan?.spanContext();
    if (transaction?.traceId === traceId) fields['transaction.id'] = transaction.spanId;
    return fields;
  },
};

/** The fields without an option. */
export const DEFAULT_LOG_FIELDS = new LogFields(MAKERS.otel, true);

/**
 * Returns the function that makes the fields.
 *
 * @param option the name of the option, for error messages
 * @returns undefined without an option
 * @throws TracingConfigError for an invalid value
 */
export function createLogFields(
  option: string,
  fields: LogFieldsOption | undefined,
): LogFields | undefined {
  if (fields === undefined) return undefined;
  if (typeof fields === 'function') return new LogFields(fields, false);
  if (typeof fields === 'string' && Object.hasOwn(MAKERS, fields)) {
    // The transaction of Elastic is a property of the context.
    return new LogFields(MAKERS[fields], fields !== 'ecs');
  }
  checkOption(
    typeof fields === 'object' && fields !== null,
    option,
    "must be 'otel', 'datadog', 'datadog128', 'ecs', an object or a function",
    fields,
    'Leave it out for trace_id, span_id and trace_flags.',
  );
  const make = 'gcpProject' in fields ? gcpFields(option, fields) : renamedFields(option, fields);
  return new LogFields(make, true);
}

// Google Cloud, "Special fields in structured payloads".
function gcpFields(option: string, { gcpProject }: GcpLogFields): MakeFields {
  checkString(
    `${option}.gcpProject`,
    gcpProject,
    'Give the id of the project, such as my-shop-42.',
  );
  const prefix = `projects/${gcpProject}/traces/`;
  return ({ traceId, spanId, traceFlags }) => ({
    'logging.googleapis.com/trace': prefix + traceId,
    'logging.googleapis.com/spanId': spanId,
    'logging.googleapis.com/trace_sampled': (traceFlags & 1) === 1,
  });
}

function renamedFields(option: string, names: LogFieldNames): MakeFields {
  const nameOf = (key: keyof LogFieldNames, fallback: string): string | undefined => {
    const name = names[key] ?? fallback;
    if (name === false) return undefined;
    return checkString(`${option}.${key}`, name, 'Give a name, or false to leave the field out.');
  };
  const traceIdName = nameOf('traceId', 'trace_id');
  const spanIdName = nameOf('spanId', 'span_id');
  const flagsName = nameOf('traceFlags', 'trace_flags');
  return ({ traceId, spanId, traceFlags }) => {
    const fields: LogFieldValues = {};
    if (traceIdName !== undefined) fields[traceIdName] = traceId;
    if (spanIdName !== undefined) fields[spanIdName] = spanId;
    if (flagsName !== undefined) fields[flagsName] = flagsInHex(traceFlags);
    return fields;
  };
}

/** Hexadecimal digits of 64 bits. */
const TRACE_ID_HALF = 16;

function toDecimal(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}

function flagsInHex(flags: number): string {
  if (flags === 1) return '01';
  return flags === 0 ? '00' : flags.toString(16).padStart(2, '0');
}
