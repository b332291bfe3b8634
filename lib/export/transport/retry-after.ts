/**
 * What the header `Retry-After` asks for, in milliseconds from now: given as seconds or as a date.
 * Spec: RFC 9110, section 10.2.3.
 *
 * @returns undefined where there is no header, or none that can be read; 0 for a date that is past
 */
export function parseRetryAfter(
  header: string | undefined,
  nowEpochMillis: number,
): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Every form of HTTP-date begins with the name of a day; `Date.parse` takes far more than dates.
  if (!/^[A-Z][a-z]{2}/.test(text)) return undefined;
  // The oldest form does not say that it is in GMT, as all are.
  const epochMillis = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(epochMillis) ? undefined : Math.max(0, epochMillis - nowEpochMillis);
}
