import { type Paint, paintAnsi, paintNothing, Style } from '../../terminal-text.js';
import { analyse, type TraceAnalysis } from '../analysis/analyse.js';
import { counted, formatNanos } from '../analysis/durations.js';
import type { Finding } from '../analysis/findings/finding.js';
import { headlineOf, type Sentence } from '../analysis/headline.js';
import { isFailed } from '../analysis/root-cause.js';
import { answerOf, lineOf } from '../analysis/row-texts.js';
import type { AnyAttributes } from '../analysis/span-record.js';
import { serviceOf, type TraceColumns } from '../analysis/trace-columns.js';
import {
  durationOf,
  isRowRunning,
  rowName,
  type TraceTree,
  type TreeOptions,
} from '../analysis/trace-tree.js';
import { TreeDrawing } from './tree-drawing.js';
import { type TreeLine, treeLines } from './tree-lines.js';

/** Options of {@link traceText}. */
export interface TraceTextOptions extends TreeOptions {
  /** Number of columns, at least 80; a smaller number counts as 80. @default 110 */
  readonly width?: number;
  /** Whether to use the colours of ANSI terminals. @default false */
  readonly colors?: boolean;
  /** The most lines of the tree, each with its error and attributes below it. @default 500 */
  readonly maxLines?: number;
  /** The findings to list. @default none */
  readonly findings?: (analysis: TraceAnalysis) => readonly Finding[];
  /** The attributes to show below each span. @default none */
  readonly attributesOf?: (row: number) => AnyAttributes | undefined;
}

const DEFAULT_MAX_LINES = 500;
const MARKS: Readonly<Record<Sentence['kind'], string>> = {
  failed: '✗',
  refused: '✗',
  handled: '✓',
  later: '✗',
  slow: '◷',
  running: '◌',
};

/**
 * Formats a trace for a terminal, or for a program that reads text: what the trace is, the sentences about
 * it, its findings, and its tree. A line of the tree has the span, its service if there are several, its
 * duration, its time on the critical path, and a bar: `▓` where the trace waited for this span itself, `█`
 * where it waited for a span below, `░` beside the path.
 *
 * Texts of spans come from anywhere, so control characters are not printed.
 *
 * @returns lines without line breaks; an empty list for a trace without spans
 */
export function traceText(trace: TraceColumns, options: TraceTextOptions = {}): string[] {
  return analysisText(analyse(trace, options), options);
}

/** {@link traceText} of a trace that is analysed already. */
export function analysisText(analysis: TraceAnalysis, options: TraceTextOptions = {}): string[] {
  const { tree } = analysis;
  if (tree.mainRoot === -1) return [];
  const paint = options.colors === true ? paintAnsi : paintNothing;
  const maxLines = options.maxLines ?? DEFAULT_MAX_LINES;
  const lines = treeLines(tree, maxLines);
  const drawing = new TreeDrawing(analysis, lines, paint, options);
  const sentences = headlineOf(analysis);
  const said = new Set(sentences.map(({ text }) => text));
  const findings = (options.findings?.(analysis) ?? []).filter(({ text }) => !said.has(text));
  return [
    heading(tree, paint),
    ...sentences.map(({ kind, text }) => paint(STYLES[kind], `${MARKS[kind]} ${text}`)),
    ...findings.map(({ text }) => paint(Style.YELLOW, `⚠ ${text}`)),
    '',
    drawing.columnHeads(),
    ...lines.flatMap((line) => drawing.textOf(line)),
    ...omitted(tree, lines),
  ];
}

const STYLES: Readonly<Record<Sentence['kind'], Style>> = {
  failed: Style.RED,
  refused: Style.RED,
  handled: Style.DIM,
  later: Style.RED,
  slow: Style.YELLOW,
  running: Style.CYAN,
};

function heading(tree: TraceTree, paint: Paint): string {
  const { trace, mainRoot } = tree;
  let failedCount = 0;
  let runningCount = 0;
  const services = new Set<number>();
  for (let row = 0; row < trace.spanCount; row++) {
    if (isFailed(tree, row)) failedCount++;
    if (isRowRunning(tree, row)) runningCount++;
    services.add(trace.services[row] as number);
  }
  const facts = [
    services.size > 1 ? counted(services.size, 'service') : lineOf(serviceOf(trace, 0)),
    counted(trace.spanCount, 'span'),
    formatNanos(durationOf(tree, mainRoot)),
    failedCount === 0 ? '' : `${failedCount} failed`,
    runningCount === 0 ? '' : `${runningCount} running`,
  ];
  const title = [lineOf(rowName(tree, mainRoot)), answerOf(tree, mainRoot) ?? ''].join(' ').trim();
  const text = `trace ${lineOf(trace.traceId)}  ${title}  `;
  return paint(Style.BOLD, text) + facts.filter((fact) => fact !== '').join(', ');
}

function omitted(tree: TraceTree, lines: readonly TreeLine[]): string[] {
  const shownCount = lines.reduce((sum, { folded }) => sum + (folded?.rows.length ?? 1), 0);
  const left = tree.rowCount - shownCount;
  if (left <= 0) return [];
  const hasFolded = lines.some(({ folded }) => folded !== undefined);
  return [`… ${counted(left, 'more span')}${hasFolded ? ', some below lines with ×' : ''}`];
}
