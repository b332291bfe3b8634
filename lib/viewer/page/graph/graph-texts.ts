import type { DurationSummary, GraphCounts } from '../../analysis/call-counts.js';
import { counted, formatNanos } from '../../analysis/durations.js';
import type { GraphEdgeJson } from '../../api/graph-json.js';

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3_600;
const MAX_LABEL = 18;
const MAX_ERRORS = 4;
/** Below this a part of a percent is not shown as 0 %. */
const MIN_PERCENT = 0.1;

/** `12/s`, `1.5/s`, `20/min`, `3/h`. @param perSecond at least 0 */
export function rateText(perSecond: number): string {
  if (perSecond === 0) return '0/s';
  if (perSecond >= 10) return `${Math.round(perSecond).toLocaleString('en')}/s`;
  if (perSecond >= 1) return `${withOneDigit(perSecond)}/s`;
  const perMinute = perSecond * SECONDS_PER_MINUTE;
  if (perMinute >= 1) return `${withOneDigit(perMinute)}/min`;
  return `${withOneDigit(perSecond * SECONDS_PER_HOUR)}/h`;
}

/** `6 %` of the calls, `0.4 %`, `< 0.1 %`; empty for none. */
export function failedText({ callCount, failedCount }: GraphCounts): string {
  if (failedCount === 0 || callCount === 0) return '';
  const percent = (failedCount / callCount) * 100;
  if (percent < MIN_PERCENT) return `< ${MIN_PERCENT} %`;
  return `${percent < 10 ? withOneDigit(percent) : Math.round(percent)} %`;
}

/** The duration that stands for a node or an edge: what the receiver measured, else what its callers saw. */
export function mainDurations({ server, client }: GraphCounts): DurationSummary {
  return server.count > 0 ? server : client;
}

/** `38.2 ms`; a dash without calls. */
export function durationText(nanos: number | undefined): string {
  return nanos === undefined ? '–' : formatNanos(nanos);
}

/** A label that fits into a node; the full one is in its details. */
export function shortLabel(label: string): string {
  const characters = [...label];
  if (characters.length <= MAX_LABEL) return label;
  return `${characters.slice(0, MAX_LABEL - 1).join('')}…`;
}

/** What stands on an edge: `11/s 4 % ✗`. */
export function edgeLabel(edge: GraphCounts): string {
  const failed = failedText(edge);
  return failed === '' ? rateText(edge.rate) : `${rateText(edge.rate)} ${failed} ✗`;
}

/** An edge for people who hear it: what the picture shows by position and colour. */
export function edgeName(edge: GraphEdgeJson, from: string, to: string): string {
  const kind = edge.isMessage ? 'messages' : 'calls';
  const failed = failedText(edge);
  return [
    `${kind} from ${from} to ${to}`,
    rateText(edge.rate),
    failed === '' ? 'none failed' : `${failed} failed`,
    `p95 ${durationText(mainDurations(edge).p95)}`,
  ].join(', ');
}

/** `2,710 calls, 6 % failed (UNAVAILABLE 160, DEADLINE_EXCEEDED 3)`. */
export function countsText(counts: GraphCounts, noun: string): string {
  const calls = `${counts.callCount.toLocaleString('en')} ${noun}${counts.callCount === 1 ? '' : 's'}`;
  const failed = failedText(counts);
  if (failed === '') return `${calls}, none failed`;
  const shown = counts.errors.slice(0, MAX_ERRORS);
  const rest = counts.errors.length - shown.length;
  const errors = shown.map(({ error, count }) => `${error} ${count.toLocaleString('en')}`);
  if (rest > 0) errors.push(counted(rest, 'other'));
  return `${calls}, ${failed} failed (${errors.join(', ')})`;
}

function withOneDigit(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
