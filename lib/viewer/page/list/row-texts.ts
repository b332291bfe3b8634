import { counted, formatNanos } from '../../analysis/durations.js';
import type { HeadlineKind, TraceRow } from '../../api/trace-row.js';
import { timeOfDay } from '../parts/time-of-day.js';

/** A sign with what it says to those who do not see it. */
export interface Mark {
  readonly sign: string;
  readonly label: string;
  /** The class of its colour. */
  readonly tone: 'bad' | 'warn' | 'dim' | 'none';
}

/** How a trace is: failed before all else, then what is missing of it. */
export function markOf({ failedCount, state, orphanCount }: TraceRow): Mark {
  if (failedCount > 0)
    return { sign: '✗', label: counted(failedCount, 'failed span'), tone: 'bad' };
  if (state === 'incomplete') {
    const missing = orphanCount > 0 ? `${counted(orphanCount, 'span')} without a parent` : state;
    return { sign: '⚠', label: missing, tone: 'warn' };
  }
  if (state === 'complete') return { sign: '', label: '', tone: 'none' };
  return { sign: '◌', label: state, tone: 'dim' };
}

/** The colour of the status of a call. */
export function toneOfStatus(statusCode: string): Mark['tone'] {
  if (/^[45]\d\d$/.test(statusCode)) return statusCode.startsWith('5') ? 'bad' : 'warn';
  return /^(\d+|OK|)$/.test(statusCode) ? 'dim' : 'bad';
}

/** `3.2 s`, with dots while it grows. */
export function durationText({ durationNanos, state }: TraceRow): string {
  const isOver = state === 'complete' || state === 'incomplete';
  return isOver ? formatNanos(durationNanos) : `${formatNanos(durationNanos)}…`;
}

/** `10 +2`: spans, and logs if there are any. */
export function sizeText({ spanCount, logCount }: TraceRow): string {
  const spans = spanCount.toLocaleString('en');
  return logCount === 0 ? spans : `${spans} +${logCount.toLocaleString('en')}`;
}

/** What {@link sizeText} means. */
export function sizeLabel({ spanCount, logCount }: TraceRow): string {
  const spans = counted(spanCount, 'span');
  return logCount === 0 ? spans : `${spans}, ${counted(logCount, 'log record')}`;
}

/** The signs of sentences. */
export const HEADLINE_SIGNS: Readonly<Record<HeadlineKind, string>> = {
  failed: '✗',
  refused: '⊘',
  running: '◌',
  finding: '⚠',
  handled: '↺',
  slow: '◷',
};

/** `12:04:31.256 – 12:05:02.100`: the times that a list is narrowed to. */
export function rangeText(from: number | undefined, to: number | undefined): string {
  const textOf = (millis: number): string => timeOfDay(BigInt(Math.floor(millis)) * 1_000_000n);
  if (from === undefined) return to === undefined ? '' : `before ${textOf(to)}`;
  return to === undefined ? `since ${textOf(from)}` : `${textOf(from)} – ${textOf(to)}`;
}
