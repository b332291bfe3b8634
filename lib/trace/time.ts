import type { HrTime, TimeInput } from '@opentelemetry/api';
import { TIME_ORIGIN_MILLIS } from '../system-time.js';

/**
 * Times of a span are milliseconds with a fraction since the origin of its trace. The origin is a whole
 * number of epoch milliseconds from the clock. One number for both would only be exact to a quarter of a
 * microsecond.
 */

/** In March 1973. `performance.now()` reaches this value after three years. */
const LEAST_EPOCH_MILLIS = 1e11;

/** Converts a time to OpenTelemetry's pair of epoch seconds and nanoseconds. */
export function toHrTime(originEpochMillis: number, millis: number): HrTime {
  const wholeMillis = Math.floor(millis);
  const epochMillis = originEpochMillis + wholeMillis;
  const seconds = Math.floor(epochMillis / 1000);
  const nanos = (epochMillis - seconds * 1000) * 1e6 + Math.round((millis - wholeMillis) * 1e6);
  return nanos < 1e9 ? [seconds, nanos] : [seconds + 1, nanos - 1e9];
}

/** Converts a duration to a pair of seconds and nanoseconds. */
export function toHrDuration(millis: number): HrTime {
  return toHrTime(0, millis);
}

/** Distinguishes a time from attributes, which overloads allow in the same position. */
export function isTimeInput(value: unknown): value is TimeInput {
  if (typeof value === 'number' || value instanceof Date) return true;
  return Array.isArray(value) && value.length === 2;
}

/**
 * Converts a time from a user to milliseconds since the origin.
 *
 * A number is epoch milliseconds; a small number is a reading of `performance.now()`. OpenTelemetry treats
 * every number before the start of the process as such a reading, so it moves the time of a message that
 * was sent before the process started decades into the future.
 *
 * @returns undefined for an invalid time
 */
export function toMillis(time: TimeInput, originEpochMillis: number): number | undefined {
  const millis = toEpochOffset(time, originEpochMillis);
  return Number.isFinite(millis) ? millis : undefined;
}

function toEpochOffset(time: TimeInput, originEpochMillis: number): number {
  if (typeof time === 'number') {
    return time < LEAST_EPOCH_MILLIS
      ? TIME_ORIGIN_MILLIS - originEpochMillis + time
      : time - originEpochMillis;
  }
  if (time instanceof Date) return time.getTime() - originEpochMillis;
  if (Array.isArray(time)) return time[0] * 1000 - originEpochMillis + time[1] / 1e6;
  return Number.NaN;
}
