import { clip, lengthOf, type Paint, pad, Style } from '../../terminal-text.js';
import type { TraceAnalysis } from '../analysis/analyse.js';
import { pathBelowOf } from '../analysis/critical-path.js';
import { counted, formatNanos } from '../analysis/durations.js';
import { shortPlace } from '../analysis/exception-frame.js';
import { failureChain, isFailed } from '../analysis/root-cause.js';
import { answerOf, codeOf, errorOf, lineOf, titleOf } from '../analysis/row-texts.js';
import type { AnyAttributes } from '../analysis/span-record.js';
import { durationOf, isRowRunning, rowService } from '../analysis/trace-tree.js';
import { branchOf, indentOf, type TreeLine } from './tree-lines.js';
import { attributesLine } from './value-text.js';

/** What {@link TreeDrawing} takes of the options of a text. */
export interface TreeDrawingOptions {
  readonly width?: number;
  readonly attributesOf?: (row: number) => AnyAttributes | undefined;
}

const DEFAULT_WIDTH = 110;
const MIN_WIDTH = 80;
const MAX_SERVICE_WIDTH = 20;
const TIME_WIDTH = 9;
const MIN_BAR_WIDTH = 12;
const GAP = '  ';

/** Draws the lines of a tree in columns, with bars on the time of the whole trace. */
export class TreeDrawing {
  readonly #analysis: TraceAnalysis;
  readonly #paint: Paint;
  readonly #attributesOf: (row: number) => AnyAttributes | undefined;
  readonly #titleWidth: number;
  readonly #serviceWidth: number;
  readonly #barWidth: number;
  /** The number of links of each row that has links. */
  readonly #linkCounts = new Map<number, number>();
  /** The time of each row and all rows below it on the critical path. */
  readonly #pathBelow: Float64Array;
  /** The segments of the path of each row that is on it, by their index. */
  readonly #segments = new Map<number, number[]>();
  readonly #from: number;
  readonly #to: number;

  constructor(
    analysis: TraceAnalysis,
    lines: readonly TreeLine[],
    paint: Paint,
    options: TreeDrawingOptions,
  ) {
    this.#analysis = analysis;
    this.#paint = paint;
    this.#attributesOf = options.attributesOf ?? (() => undefined);
    const { tree, path } = analysis;
    for (const { row } of tree.trace.links) {
      this.#linkCounts.set(row, (this.#linkCounts.get(row) ?? 0) + 1);
    }
    this.#pathBelow = pathBelowOf(tree, path);
    path.rows.forEach((row, i) => {
      const segments = this.#segments.get(row);
      if (segments === undefined) this.#segments.set(row, [i]);
      else segments.push(i);
    });
    this.#from = tree.starts.reduce((least, start) => Math.min(least, start), Infinity);
    this.#to = tree.ends.reduce((most, end) => Math.max(most, end), -Infinity);

    const services = new Set(lines.map(({ row }) => lineOf(rowService(tree, row))));
    this.#serviceWidth =
      services.size < 2 ? 0 : Math.min(MAX_SERVICE_WIDTH, Math.max(...[...services].map(lengthOf)));
    const width = Math.max(MIN_WIDTH, options.width ?? DEFAULT_WIDTH);
    const serviceColumn = this.#serviceWidth === 0 ? 0 : this.#serviceWidth + GAP.length;
    const room = width - 2 * (TIME_WIDTH + GAP.length) - serviceColumn - GAP.length;
    const widest = lines.reduce(
      (most, line) => Math.max(most, lengthOf(branchOf(line)) + lengthOf(this.#titleOf(line))),
      0,
    );
    this.#titleWidth = Math.min(widest, room - MIN_BAR_WIDTH);
    this.#barWidth = room - this.#titleWidth;
  }

  /** The names of the columns with times. */
  columnHeads(): string {
    const columns = [' '.repeat(this.#titleWidth)];
    if (this.#serviceWidth > 0) columns.push(' '.repeat(this.#serviceWidth));
    columns.push('total'.padStart(TIME_WIDTH), 'path'.padStart(TIME_WIDTH));
    return this.#paint(Style.DIM, columns.join(GAP));
  }

  /** The line of a span, with its error and its attributes below. */
  textOf(line: TreeLine): string[] {
    const { tree, path } = this.#analysis;
    const { row } = line;
    const rows = line.folded?.rows ?? [row];
    const pathNanos = rows.reduce((sum, other) => sum + (path.pathNanos[other] as number), 0);
    const columns = [
      this.#titleColumn(line),
      formatNanos(line.folded?.sumNanos ?? durationOf(tree, row)).padStart(TIME_WIDTH),
      (pathNanos === 0 ? '' : formatNanos(pathNanos)).padStart(TIME_WIDTH),
      this.#barOf(rows),
    ];
    if (this.#serviceWidth > 0) {
      const service = clip(lineOf(rowService(tree, row)), this.#serviceWidth);
      columns.splice(1, 0, this.#paint(Style.CYAN, pad(service, this.#serviceWidth)));
    }
    const texts = [columns.join(GAP).trimEnd()];
    if (line.folded !== undefined) return texts;
    const indent = this.#paint(Style.DIM, indentOf(line));
    const error = this.#newErrorOf(row);
    if (error !== undefined) texts.push(indent + this.#paint(Style.RED, `✗ ${error}`));
    const attributes = this.#attributesOf(row);
    if (attributes !== undefined && Object.keys(attributes).length > 0) {
      texts.push(indent + this.#paint(Style.DIM, attributesLine(attributes)));
    }
    return texts;
  }

  #titleColumn(line: TreeLine): string {
    const branch = clip(branchOf(line), this.#titleWidth - 1);
    const width = this.#titleWidth - lengthOf(branch);
    const title = pad(clip(this.#titleOf(line), width), width);
    const isRed = isFailed(this.#analysis.tree, line.row);
    return this.#paint(Style.DIM, branch) + (isRed ? this.#paint(Style.RED, title) : title);
  }

  #titleOf({ row, folded }: TreeLine): string {
    const { tree } = this.#analysis;
    if (folded !== undefined) {
      const range = `${formatNanos(folded.leastNanos)} – ${formatNanos(folded.mostNanos)}`;
      return `${folded.rows.length} × ${titleOf(tree, row)}  ${range}`;
    }
    const linkCount = this.#linkCounts.get(row) ?? 0;
    return [
      titleOf(tree, row),
      isFailed(tree, row) ? '✗' : '',
      isRowRunning(tree, row) ? '(running)' : '',
      linkCount === 0 ? '' : `(${counted(linkCount, 'link')})`,
    ]
      .filter((word) => word !== '')
      .join(' ');
  }

  /** The error of a span, unless the spans that it came from say the same below. */
  #newErrorOf(row: number): string | undefined {
    const { tree } = this.#analysis;
    const error = errorOf(tree, row);
    if (error === undefined || error === answerOf(tree, row)) return undefined;
    const below = failureChain(this.#analysis, row).slice(1);
    // The same message may stand there with the type of the error before it.
    if (below.some((other) => `: ${errorOf(tree, other)}`.endsWith(`: ${error}`))) return undefined;
    const code = codeOf(tree, row);
    return code === undefined ? error : `${error} (${lineOf(shortPlace(code))})`;
  }

  #barOf(rows: readonly number[]): string {
    const { tree, path } = this.#analysis;
    const cells = new Array<string>(this.#barWidth).fill(' ');
    for (const row of rows) {
      const mark = (this.#pathBelow[row] as number) > 0 ? '█' : '░';
      this.#fill(cells, tree.starts[row] as number, tree.ends[row] as number, mark);
    }
    for (const row of rows) {
      for (const i of this.#segments.get(row) ?? []) {
        this.#fill(cells, path.froms[i] as number, path.tos[i] as number, '▓');
      }
    }
    return cells.join('');
  }

  /** Marks a time; at least one character, so that every span is visible. */
  #fill(cells: string[], from: number, to: number, mark: string): void {
    const scale = this.#to > this.#from ? cells.length / (this.#to - this.#from) : 0;
    const first = Math.min(Math.round((from - this.#from) * scale), cells.length - 1);
    const end = Math.round((to - this.#from) * scale);
    cells.fill(mark, first, Math.max(first + 1, Math.min(end, cells.length)));
  }
}
