import { readFields } from '../otlp/protobuf-reader.js';
import type { GrpcError } from './grpc-package.js';

// `google.rpc.Status`, `google.protobuf.Any`, `google.rpc.RetryInfo`, `google.protobuf.Duration`.
const STATUS_DETAILS = 3;
const ANY_TYPE_URL = 1;
const ANY_VALUE = 2;
const RETRY_INFO_DELAY = 1;
const DURATION_SECONDS = 1;
const DURATION_NANOS = 2;
/** A status has a few fields. One with so many is hostile. */
const MAX_FIELD_COUNT = 100;
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

const RESOURCE_EXHAUSTED = 8;
/** CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS. */
const RETRYABLE = new Set([1, 4, 10, 11, 14, 15]);

/**
 * Whether a call may be sent again, and when. Spec: opentelemetry-proto,
 * `docs/specification.md#failures`: after RESOURCE_EXHAUSTED only if the server says when.
 *
 * @returns the wait in milliseconds that the server asks for; undefined where it asks for none; `never`
 */
export function retryDelay(error: GrpcError): number | undefined | 'never' {
  const asked = askedDelayMillis(error);
  if (RETRYABLE.has(error.code)) return asked;
  return error.code === RESOURCE_EXHAUSTED && asked !== undefined ? asked : 'never';
}

function askedDelayMillis({ metadata }: GrpcError): number | undefined {
  try {
    const [status] = metadata?.get('grpc-status-details-bin') ?? [];
    if (!Buffer.isBuffer(status)) return undefined;
    for (const { number, value } of readFields(status, MAX_FIELD_COUNT)) {
      if (number !== STATUS_DETAILS || !Buffer.isBuffer(value)) continue;
      if (bytesOf(value, ANY_TYPE_URL)?.toString() !== RETRY_INFO) continue;
      const delay = bytesOf(bytesOf(value, ANY_VALUE), RETRY_INFO_DELAY);
      return numberOf(delay, DURATION_SECONDS) * 1000 + numberOf(delay, DURATION_NANOS) / 1e6;
    }
    return undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(message: Buffer | undefined, fieldNumber: number): Buffer | undefined {
  const field = readFields(message ?? Buffer.alloc(0), MAX_FIELD_COUNT).find(
    ({ number }) => number === fieldNumber,
  );
  return Buffer.isBuffer(field?.value) ? field.value : undefined;
}

function numberOf(message: Buffer | undefined, fieldNumber: number): number {
  const field = readFields(message ?? Buffer.alloc(0), MAX_FIELD_COUNT).find(
    ({ number }) => number === fieldNumber,
  );
  return typeof field?.value === 'number' ? field.value : 0;
}
