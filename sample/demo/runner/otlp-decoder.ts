import { type ProtobufField, protobufFields } from './protobuf-fields.js';
import type { ReceivedEvent, ReceivedSpan, ReceivedValue } from './received-span.js';

type Attributes = Map<string, ReceivedValue>;

const SPAN_KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUS_ERROR = 2n;

/**
 * The spans in an OTLP export request.
 *
 * Spec: opentelemetry-proto, `trace_service.proto`, `trace.proto`, `resource.proto`, `common.proto`;
 * the numbers below are the field numbers there. Fields that the demo does not show are passed over.
 * @throws Error for bytes that are no such message
 */
export function decodeExportRequest(message: Buffer): ReceivedSpan[] {
  return messagesIn(message, 1).flatMap((resourceSpans) => {
    const resourceAttributes = messagesIn(resourceSpans, 1).map((resource) =>
      attributesIn(resource, 1),
    );
    const serviceName = String(resourceAttributes[0]?.get('service.name'));
    return messagesIn(resourceSpans, 2)
      .flatMap((scopeSpans) => messagesIn(scopeSpans, 2))
      .map((span) => decodeSpan(span, serviceName));
  });
}

function decodeSpan(message: Buffer, serviceName: string): ReceivedSpan {
  const field = new Map<number, ProtobufField>();
  for (const entry of protobufFields(message)) field.set(entry.number, entry);
  const bytes = (number: number): Buffer => field.get(number)?.bytes ?? Buffer.alloc(0);
  const integer = (number: number): bigint => field.get(number)?.integer ?? 0n;
  return {
    serviceName,
    traceId: bytes(1).toString('hex'),
    spanId: bytes(2).toString('hex'),
    parentSpanId: bytes(4).toString('hex'),
    name: bytes(5).toString(),
    kind: SPAN_KINDS[Number(integer(6))] ?? 'internal',
    startNanos: integer(7),
    endNanos: integer(8),
    attributes: attributesIn(message, 9),
    events: messagesIn(message, 11).map(decodeEvent),
    isFailed: isFailure(bytes(15)),
  };
}

function decodeEvent(message: Buffer): ReceivedEvent {
  const [name] = messagesIn(message, 2);
  return { name: String(name), attributes: attributesIn(message, 3) };
}

function isFailure(status: Buffer): boolean {
  return [...protobufFields(status)].some(
    ({ number, integer }) => number === 3 && integer === STATUS_ERROR,
  );
}

function attributesIn(message: Buffer, number: number): Attributes {
  const attributes: Attributes = new Map();
  for (const keyValue of messagesIn(message, number)) {
    const [key] = messagesIn(keyValue, 1);
    const [value] = messagesIn(keyValue, 2);
    if (key !== undefined && value !== undefined) attributes.set(String(key), decodeValue(value));
  }
  return attributes;
}

function decodeValue(anyValue: Buffer): ReceivedValue {
  const [field] = protobufFields(anyValue);
  switch (field?.number) {
    case 1:
      return field.bytes.toString();
    case 2:
      return field.integer === 1n;
    case 3:
      return Number(BigInt.asIntN(64, field.integer));
    case 4:
      return field.bytes.readDoubleLE();
    default:
      return undefined;
  }
}

/** What stands in the fields of that number: messages, or texts. */
function messagesIn(message: Buffer, number: number): Buffer[] {
  return [...protobufFields(message)]
    .filter((field) => field.number === number)
    .map(({ bytes }) => bytes);
}
