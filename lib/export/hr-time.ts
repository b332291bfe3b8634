import type { HrTime } from '@opentelemetry/api';

/** A time or a duration in milliseconds with a fraction. */
export function toMillis([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}

/** A time or a duration in whole microseconds, rounded down. */
export function toMicros([seconds, nanos]: HrTime): number {
  return seconds * 1e6 + Math.floor(nanos / 1000);
}

/** The duration between two times in whole microseconds, rounded down; 0 for an end before the start. */
export function microsBetween(start: HrTime, end: HrTime): number {
  const seconds = end[0] - start[0];
  return Math.max(0, toMicros([seconds, end[1] - start[1]]));
}
