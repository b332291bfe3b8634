import { performance } from 'node:perf_hooks';

// The functions are taken when this file is loaded. A test that replaces `Date.now` or `performance.now`
// later (fake timers) would otherwise shift spans by hours, and stop the library's own time limits.

/** The epoch time, with a fraction, at which {@link monotonicMillis} read zero. */
export const TIME_ORIGIN_MILLIS = performance.timeOrigin;

/** A reading that never decreases, in milliseconds with a fraction. */
export const monotonicMillis: () => number =
  Object.getPrototypeOf(performance).now.bind(performance);

/** The epoch time by the wall clock, in whole milliseconds; it may jump. */
export const epochMillis: () => number = isBuiltIn(Date.now)
  ? Date.now
  : // Replaced before this file was loaded: what it says is not the time.
    () => Math.round(TIME_ORIGIN_MILLIS + monotonicMillis());

function isBuiltIn(fn: object): boolean {
  return Function.prototype.toString.call(fn).includes('[native code]');
}
