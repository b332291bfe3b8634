/** How the value of a field is written in JSON and in protobuf. */
export type FieldKind =
  | 'text'
  /** Bytes in hexadecimal digits: ids. */
  | 'hex'
  /** Bytes in base64. */
  | 'base64'
  | 'bool'
  /** A whole number from 0, also the name of an enum's value. */
  | 'uint'
  | 'fixed32'
  /** With a sign; as text or number. */
  | 'int64'
  | 'fixed64'
  | 'double'
  | 'message'
  | 'list';

/** A field of a message. */
export interface FieldSchema {
  /** The member in JSON, as ASCII. */
  readonly key: Buffer;
  readonly number: number;
  readonly kind: FieldKind;
  /** Of fields of the kinds `message` and `list`. */
  readonly message?: MessageSchema;
  /** The numbers of the names of an enum. */
  readonly names?: Readonly<Record<string, number>>;
  /** Whether the field puts a value into a value, to any depth. */
  readonly isNested?: boolean;
}

/** The fields of a message. */
export interface MessageSchema {
  readonly fields: FieldSchema[];
}

// opentelemetry-proto v1: `common.proto`, `resource.proto`, `trace.proto`, `logs.proto`.
const anyValue = message(
  field('stringValue', 1, 'text'),
  field('boolValue', 2, 'bool'),
  field('intValue', 3, 'int64'),
  field('doubleValue', 4, 'double'),
  field('bytesValue', 7, 'base64'),
);
const keyValue = message(field('key', 1, 'text'), nested('value', 2, 'message', anyValue));
anyValue.fields.push(
  {
    ...nested('arrayValue', 5, 'message', message(nested('values', 1, 'list', anyValue))),
    isNested: true,
  },
  {
    ...nested('kvlistValue', 6, 'message', message(nested('values', 1, 'list', keyValue))),
    isNested: true,
  },
);

const resource = message(
  nested('attributes', 1, 'list', keyValue),
  field('droppedAttributesCount', 2, 'uint'),
);
const scope = message(
  field('name', 1, 'text'),
  field('version', 2, 'text'),
  nested('attributes', 3, 'list', keyValue),
  field('droppedAttributesCount', 4, 'uint'),
);
const event = message(
  field('timeUnixNano', 1, 'fixed64'),
  field('name', 2, 'text'),
  nested('attributes', 3, 'list', keyValue),
  field('droppedAttributesCount', 4, 'uint'),
);
const link = message(
  field('traceId', 1, 'hex'),
  field('spanId', 2, 'hex'),
  field('traceState', 3, 'text'),
  nested('attributes', 4, 'list', keyValue),
  field('droppedAttributesCount', 5, 'uint'),
  field('flags', 6, 'fixed32'),
);
const status = message(field('message', 2, 'text'), {
  ...field('code', 3, 'uint'),
  names: { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 },
});
const span = message(
  field('traceId', 1, 'hex'),
  field('spanId', 2, 'hex'),
  field('traceState', 3, 'text'),
  field('parentSpanId', 4, 'hex'),
  field('flags', 16, 'fixed32'),
  field('name', 5, 'text'),
  {
    ...field('kind', 6, 'uint'),
    names: {
      SPAN_KIND_UNSPECIFIED: 0,
      SPAN_KIND_INTERNAL: 1,
      SPAN_KIND_SERVER: 2,
      SPAN_KIND_CLIENT: 3,
      SPAN_KIND_PRODUCER: 4,
      SPAN_KIND_CONSUMER: 5,
    },
  },
  field('startTimeUnixNano', 7, 'fixed64'),
  field('endTimeUnixNano', 8, 'fixed64'),
  nested('attributes', 9, 'list', keyValue),
  field('droppedAttributesCount', 10, 'uint'),
  nested('events', 11, 'list', event),
  field('droppedEventsCount', 12, 'uint'),
  nested('links', 13, 'list', link),
  field('droppedLinksCount', 14, 'uint'),
  nested('status', 15, 'message', status),
);
/** The message `LogRecord`. */
export const LOG_RECORD: MessageSchema = message(
  field('timeUnixNano', 1, 'fixed64'),
  field('observedTimeUnixNano', 11, 'fixed64'),
  { ...field('severityNumber', 2, 'uint'), names: severityNames() },
  field('severityText', 3, 'text'),
  nested('body', 5, 'message', anyValue),
  nested('attributes', 6, 'list', keyValue),
  field('droppedAttributesCount', 7, 'uint'),
  field('flags', 8, 'fixed32'),
  field('traceId', 9, 'hex'),
  field('spanId', 10, 'hex'),
  field('eventName', 12, 'text'),
);

/** The message `ExportTraceServiceRequest`. */
export const TRACE_REQUEST: MessageSchema = requestOf('resourceSpans', 'scopeSpans', 'spans', span);

/** The message `ExportLogsServiceRequest`. */
export const LOGS_REQUEST: MessageSchema = requestOf(
  'resourceLogs',
  'scopeLogs',
  'logRecords',
  LOG_RECORD,
);

function requestOf(
  ofResources: string,
  ofScopes: string,
  items: string,
  item: MessageSchema,
): MessageSchema {
  const scopeItems = message(
    nested('scope', 1, 'message', scope),
    nested(items, 2, 'list', item),
    field('schemaUrl', 3, 'text'),
  );
  const resourceItems = message(
    nested('resource', 1, 'message', resource),
    nested(ofScopes, 2, 'list', scopeItems),
    field('schemaUrl', 3, 'text'),
  );
  return message(nested(ofResources, 1, 'list', resourceItems));
}

function severityNames(): Record<string, number> {
  const names: Record<string, number> = { SEVERITY_NUMBER_UNSPECIFIED: 0 };
  ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].forEach((level, index) => {
    for (let step = 1; step <= 4; step++) {
      names[`SEVERITY_NUMBER_${level}${step === 1 ? '' : step}`] = index * 4 + step;
    }
  });
  return names;
}

function message(...fields: FieldSchema[]): MessageSchema {
  return { fields };
}

function field(key: string, number: number, kind: FieldKind): FieldSchema {
  return { key: Buffer.from(key), number, kind };
}

function nested(
  key: string,
  number: number,
  kind: 'message' | 'list',
  inner: MessageSchema,
): FieldSchema {
  return { ...field(key, number, kind), message: inner };
}
