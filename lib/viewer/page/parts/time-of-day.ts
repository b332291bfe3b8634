const NANOS_PER_MILLI = 1_000_000n;

/** `12:04:31.256`, in the time zone of the browser. @param epochNanos also as decimal digits */
export function timeOfDay(epochNanos: bigint | string): string {
  const date = new Date(Number(BigInt(epochNanos) / NANOS_PER_MILLI));
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}:${twoDigits(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** `2026-11-30 12:04:31.256`, in the time zone of the browser. */
export function dateAndTime(epochNanos: bigint | string): string {
  const date = new Date(Number(BigInt(epochNanos) / NANOS_PER_MILLI));
  const day = `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
  return `${day} ${timeOfDay(epochNanos)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
