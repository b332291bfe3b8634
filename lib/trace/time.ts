import type { HrTime, TimeInput } from '@opentelemetry/api';
import { TIME_ORIGIN_MILLIS } from '../system-time.js';

/**
 * Times inside a span are milliseconds with a fraction since the origin that its trace took from the
 * clock; the origin is a whole number of epoch milliseconds. Both in one number would be exact to a
 * quarter of a microsecond only.
 */

/** In March 1973. As a reading of `performance.now()` it would take three years of running. */
const LEAST_EPOCH_MILLIS = 1e11;

/** The time as OpenTelemetry's pair of epoch seconds and nanoseconds. */
export function toHrTime(originEpochMillis: number, millis: number): HrTime {
  const wholeMillis = Math.floor(millis);
  const epochMillis = originEpochMillis + wholeMillis;
  const seconds = Math.floor(epochMillis / 1000);
  const nanos = (epochMillis - seconds * 1000) * 1e6 + Math.round((millis - wholeMillis) * 1e6);
  return nanos < 1e9 ? [seconds, nanos] : [seconds + 1, nanos - 1e9];
}

/** A duration as a pair of seconds and nanoseconds. */
export function toHrDuration(millis: number): HrTime {
  return toHrTime(0, millis);
}

/** Tells a time from the attributes that may stand in its place. */
export function isTimeInput(value: unknown): value is TimeInput {
  if (typeof value === 'number' || value instanceof Date) return true;
  return Array.isArray(value) && value.length === 2;
}

/**
 * A time that a user gave, in milliseconds since the origin.
 *
 * Numbers are epoch milliseconds, or readings of `performance.now()` where they are too small for
 * that. OpenTelemetry takes for too small what lies before the start of the process, and so puts the
 * time of a message that waited for the process decades into the future.
 *
 * @returns undefined for what is no time
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
