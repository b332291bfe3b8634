import { analyse } from '../../lib/viewer/analysis/analyse.js';
import type { Finding } from '../../lib/viewer/analysis/findings/finding.js';
import {
  Evidence,
  type FindingContext,
} from '../../lib/viewer/analysis/findings/finding-context.js';
import { type SpanExtras, traceOfLines } from './trace-of-lines.js';

/** What a rule finds in a trace that is given as text. */
export function foundBy(
  rule: (evidence: Evidence) => readonly Finding[],
  text: string,
  extras: SpanExtras = {},
  context: FindingContext = {},
): readonly Finding[] {
  return rule(new Evidence(analyse(traceOfLines(text, extras)), context));
}

/** The sentences of {@link foundBy}. */
export function textsBy(...args: Parameters<typeof foundBy>): string[] {
  return foundBy(...args).map(({ text }) => text);
}

/** Lines for calls one after another, a millisecond each. */
export function inARow(count: number, indentation: string, name: string, fromMillis = 0): string {
  return Array.from({ length: count }, (_, i) => {
    return `${indentation}${name} [client] ${fromMillis + i}-${fromMillis + i + 1}`;
  }).join('\n');
}
