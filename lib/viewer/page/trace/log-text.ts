import type { JsonValue, LogJson } from '../../api/log-json.js';

/** OTLP's numbers of severities: each word has four, from 1 on. */
const WORDS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const NUMBERS_PER_WORD = 4;

/** The severity of a record as a word in lower case; `log` where the sender does not say. */
export function severityOf({ severityNumber }: LogJson): string {
  return WORDS[Math.floor((severityNumber - 1) / NUMBERS_PER_WORD)] ?? 'log';
}

/** The body of a record on one line, else the name of its event. */
export function logText({ body, eventName }: LogJson): string {
  if (typeof body === 'string' && body !== '') return body;
  if (body === null || body === '') return eventName;
  return JSON.stringify(body);
}

/** The attributes of a record as `key=value`; empty for none. */
export function logAttributes({ attributes }: LogJson): string {
  if (typeof attributes !== 'object' || attributes === null) return '';
  return Object.entries(attributes)
    .map(([key, value]: [string, JsonValue]) => `${key}=${plain(value)}`)
    .join(' ');
}

function plain(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The records by time; those of one time in the order in which they came. */
export function logsByTime(logs: readonly LogJson[]): readonly LogJson[] {
  const times = new Map(logs.map((log) => [log, BigInt(log.timeNanos)]));
  const timeOf = (log: LogJson): bigint => times.get(log) ?? 0n;
  return logs.toSorted((a, b) => Number(timeOf(a) - timeOf(b)));
}
