/** Formats a duration with about three digits, in a suitable unit. */
export function formatDuration(millis: number): string {
  const seconds = millis / 1000;
  if (seconds >= 59.995)
    return `${Math.floor(Math.round(seconds) / 60)}m ${Math.round(seconds) % 60}s`;
  if (millis >= 999.5) return `${seconds.toFixed(2)} s`;
  if (millis >= 0.9995) return `${millis.toFixed(millis >= 99.95 ? 0 : 1)} ms`;
  return `${Math.round(millis * 1000)} µs`;
}
