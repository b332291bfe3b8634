import type { HrTime } from '@opentelemetry/api';
import type { ProtobufWriter } from './protobuf-writer.js';

/** Writes a count; nothing for zero, which is the default of the field. */
export function writeCount(writer: ProtobufWriter, tag: number, count: number | undefined): void {
  if (count !== undefined && count > 0) writer.uint32(tag, count);
}

export function writeHrTime(writer: ProtobufWriter, tag: number, [seconds, nanos]: HrTime): void {
  writer.time(tag, seconds, nanos);
}

/** A time in milliseconds since an origin, exact to the nanosecond as in the API form. */
export function writeMillis(
  writer: ProtobufWriter,
  tag: number,
  originEpochMillis: number,
  millis: number,
): void {
  const wholeMillis = Math.floor(millis);
  const epochMillis = originEpochMillis + wholeMillis;
  const seconds = Math.floor(epochMillis / 1000);
  const nanos = (epochMillis - seconds * 1000) * 1e6 + Math.round((millis - wholeMillis) * 1e6);
  writer.time(tag, seconds, nanos);
}
