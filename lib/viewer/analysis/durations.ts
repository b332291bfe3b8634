const SECOND = 1e9;
const MILLI = 1e6;
const MICRO = 1e3;

/** Formats a duration with about three digits, in a suitable unit. */
export function formatNanos(nanos: number): string {
  if (nanos < 0) return `-${formatNanos(-nanos)}`;
  const seconds = nanos / SECOND;
  if (seconds >= 59.995) {
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  }
  if (nanos >= 999.5 * MILLI) return `${seconds.toFixed(2)} s`;
  if (nanos >= 0.9995 * MILLI)
    return `${(nanos / MILLI).toFixed(nanos >= 99.95 * MILLI ? 0 : 1)} ms`;
  if (nanos >= 0.9995 * MICRO) return `${Math.round(nanos / MICRO)} µs`;
  return `${Math.round(nanos)} ns`;
}

/** `312 of 412 ms`: a part of a duration, in the unit of the whole unless it is too small for that. */
export function formatPart(part: number, whole: number): string {
  const wholeText = formatNanos(whole);
  const [, digits, unit] = /^([\d.]+) (\D+)$/.exec(wholeText) ?? [];
  if (digits === undefined || unit === undefined || part < whole / 100) {
    return `${formatNanos(part)} of ${wholeText}`;
  }
  const unitNanos = { s: SECOND, ms: MILLI, µs: MICRO, ns: 1 }[unit] as number;
  const decimals = digits.split('.')[1]?.length ?? 0;
  return `${(part / unitNanos).toFixed(decimals)} of ${wholeText}`;
}

/** `1 span`, `1,200 spans`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
