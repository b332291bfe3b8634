import type { HrTime } from '@opentelemetry/api';

/** A time or a duration in whole microseconds, the rest cut off. */
export function toMicros([seconds, nanos]: HrTime): number {
  return seconds * 1e6 + Math.floor(nanos / 1000);
}

/** How long it is from one time to another in whole microseconds; 0 where it ends before it begins. */
export function microsBetween(start: HrTime, end: HrTime): number {
  const seconds = end[0] - start[0];
  return Math.max(0, toMicros([seconds, end[1] - start[1]]));
}
