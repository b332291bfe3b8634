import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Finding } from '../../analysis/findings/finding.js';
import { findingSteps } from '../../analysis/findings/findings.js';
import { headlineSteps, type Sentence } from '../../analysis/headline.js';
import { isFailed } from '../../analysis/root-cause.js';
import type { LogJson } from '../../api/log-json.js';
import type { TraceContextJson } from '../../api/trace-context.js';
import type { TraceRow } from '../../api/trace-row.js';
import { allFindings } from './all-findings.js';
import { hasBelow } from './display-tree.js';
import { grownMatches, matchesOfRows, type RowMatches, searchRows } from './row-search.js';
import type { TimeMark } from './time-mark.js';
import { rangeOfText, rangeText, type TimeRange } from './time-range.js';
import { type Address, type Filter, REPLACE, TraceAddress } from './trace-address.js';
import { rowOfSpanId, spanIdOfRow, type TraceModel } from './trace-model.js';
import {
  allCollapsed,
  carriedCollapse,
  initiallyCollapsed,
  Kept,
  keptNodes,
  lineOfPosition,
  revealed,
  visibleLines,
} from './visible-lines.js';
import { carriedPosition, nextPosition } from './walk-lines.js';

/** The rows that a query is about, as the server says. */
export interface ServedMatches {
  readonly query: string;
  readonly rows: readonly number[];
}

/** What the screen of a trace shows, and what can be done there. It knows nothing of the document. */
export class TraceState extends TraceAddress {
  readonly model = signal<TraceModel | undefined>(undefined);
  readonly row = signal<TraceRow | undefined>(undefined);
  readonly logs = signal<readonly LogJson[]>([]);
  /** The events of spans, by row; they come after the first picture. */
  readonly events = signal<ReadonlyMap<number, readonly TimeMark[]>>(new Map());
  /** Undefined until they are computed, which is after the first picture. */
  readonly sentences = signal<readonly Sentence[] | undefined>(undefined);
  /** What other traces tell about this one; undefined until the server has said it. */
  readonly context = signal<TraceContextJson | undefined>(undefined);
  /** By position: 1 for a node that hides what is below it. */
  readonly collapsed = signal<Uint8Array>(new Uint8Array());
  /** The position that the keys act on. */
  readonly cursor = signal(0);
  /** The part of the time that is shown; undefined for all of it. */
  readonly zoom = signal<TimeRange | undefined>(undefined);
  /** The rows that a sentence or a finding is about, after it was clicked. */
  readonly picked = signal<RowMatches | undefined>(undefined);
  /** What the server has found for a query that the page cannot answer. */
  readonly served = signal<ServedMatches | undefined>(undefined);
  /** A position to bring into view, and whether it takes the focus; a new object each time. */
  readonly toShow = signal<{ readonly position: number; readonly takesFocus?: true } | undefined>(
    undefined,
  );

  /** Undefined until they are computed. With those that other traces show. */
  readonly findings: ReadonlySignal<readonly Finding[] | undefined>;
  /** The row whose details are open; -1 for none. */
  readonly selectedRow: ReadonlySignal<number>;
  readonly logsByRow: ReadonlySignal<ReadonlyMap<number, readonly LogJson[]>>;
  readonly search: ReadonlySignal<ReturnType<typeof searchRows>>;
  /** Of the filters; undefined if all nodes are shown. */
  readonly kept: ReadonlySignal<Uint8Array | undefined>;
  /** The positions of the lines on the screen. */
  readonly lines: ReadonlySignal<Uint32Array>;
  readonly range: ReadonlySignal<TimeRange>;

  /** What the trace alone shows. */
  readonly #ownFindings = signal<readonly Finding[] | undefined>(undefined);

  constructor(address: Address) {
    super(address);
    this.findings = computed(() => {
      const own = this.#ownFindings.value;
      const rowCount = this.model.value?.analysis.tree.rowCount ?? 0;
      return own && allFindings(own, this.context.value, rowCount);
    });
    this.selectedRow = computed(() => {
      const model = this.model.value;
      const spanId = this.spanId.value;
      return model === undefined || spanId === null ? -1 : rowOfSpanId(model, spanId);
    });
    this.logsByRow = computed(() => logsByRow(this.model.value, this.logs.value));
    this.search = computed(() => {
      const model = this.model.value;
      if (model === undefined) return {};
      const served = this.served.value;
      if (served !== undefined && served.query === this.query.value) {
        return { matches: matchesOfRows(model.analysis.tree.rowCount, served.rows) };
      }
      return searchRows(model, this.query.value, {
        rowsWithLogs: new Set(this.logsByRow.value.keys()),
        findings: () => this.findings.peek()?.map(({ kind }) => kind) ?? [],
      });
    });
    this.kept = computed(() => this.#kept());
    this.lines = computed(() => {
      const model = this.model.value;
      if (model === undefined) return new Uint32Array();
      return visibleLines(model.display, this.collapsed.value, this.kept.value);
    });
    this.range = computed(() => this.zoom.value ?? this.model.value?.whole ?? { from: 0, to: 1 });
  }

  /** Shows a trace, or what has become of it: what was collapsed, selected and searched for stays. */
  show(model: TraceModel): void {
    const before = this.model.peek();
    if (before === undefined) {
      this.collapsed.value = initiallyCollapsed(model.display);
      this.zoom.value = rangeOfText(this.address.search.peek().get('zoom'), model.whole);
    } else {
      const { display } = before;
      this.collapsed.value = carriedCollapse(display, this.collapsed.peek(), model.display);
      this.cursor.value = carriedPosition(display, this.cursor.peek(), model.display);
      const picked = this.picked.peek();
      if (picked !== undefined)
        this.picked.value = grownMatches(picked, model.analysis.tree.rowCount);
    }
    this.model.value = model;
    if (before === undefined) this.followAddress();
  }

  /** Computes the sentences, in steps. */
  *explain(): Generator<void, void> {
    const model = this.model.peek();
    if (model !== undefined) this.sentences.value = yield* headlineSteps(model.analysis);
  }

  /** Computes the findings, in steps; together they take longer than the sentences. */
  *find(): Generator<void, void> {
    const model = this.model.peek();
    if (model !== undefined) this.#ownFindings.value = yield* findingSteps(model.analysis);
  }

  /** Moves the cursor to the span of the address, if that is another one. */
  followAddress(): void {
    const model = this.model.peek();
    const row = this.selectedRow.peek();
    if (model === undefined || row === -1) return;
    const position = model.display.positions[row] as number;
    if (position !== this.cursor.peek() || this.toShow.peek() === undefined) this.goTo(position);
  }

  /** Moves the cursor to a position, opens what hides it, and brings it into view. */
  goTo(position: number): void {
    const model = this.model.peek();
    if (model === undefined || position < 0 || position >= model.display.count) return;
    this.collapsed.value = revealed(model.display, this.collapsed.peek(), position);
    this.cursor.value = position;
    this.toShow.value = { position };
    // While details are open, they follow the cursor.
    if (this.selectedRow.peek() !== -1) this.#select(position, REPLACE);
  }

  /** Moves the cursor to the span of a row. */
  goToRow(row: number): void {
    const position = this.model.peek()?.display.positions[row];
    if (position !== undefined) this.goTo(position);
  }

  /** Moves the cursor by lines. */
  step(lineCount: number): void {
    const lines = this.lines.peek();
    if (lines.length === 0) return;
    const line = lineOfPosition(lines, this.cursor.peek()) + lineCount;
    this.goTo(lines[Math.min(Math.max(0, line), lines.length - 1)] as number);
  }

  openDetails(position: number = this.cursor.peek()): void {
    this.cursor.value = position;
    this.#select(position, { replace: this.selectedRow.peek() !== -1 });
  }

  /** @returns whether they were open */
  closeDetails(): boolean {
    if (!this.address.search.peek().has('span')) return false;
    this.address.set({ span: undefined }, REPLACE);
    return true;
  }

  isCollapsed(position: number): boolean {
    return this.collapsed.peek()[position] === 1;
  }

  toggle(position: number = this.cursor.peek()): void {
    const model = this.model.peek();
    if (model === undefined || !hasBelow(model.display, position)) return;
    const collapsed = this.collapsed.peek().slice();
    collapsed[position] = collapsed[position] === 1 ? 0 : 1;
    this.collapsed.value = collapsed;
  }

  /** Collapses the node of the cursor; goes to its parent if it is collapsed already or a leaf. */
  collapseOrUp(): void {
    const model = this.model.peek();
    if (model === undefined) return;
    const position = this.cursor.peek();
    if (hasBelow(model.display, position) && !this.isCollapsed(position)) this.toggle();
    else this.goTo(model.display.parents[position] as number);
  }

  /** Expands the node of the cursor; goes to its first child if it is expanded already. */
  expandOrDown(): void {
    const model = this.model.peek();
    if (model === undefined || !hasBelow(model.display, this.cursor.peek())) return;
    if (this.isCollapsed(this.cursor.peek())) this.toggle();
    else this.step(1);
  }

  collapseAll(): void {
    const model = this.model.peek();
    if (model === undefined) return;
    this.collapsed.value = allCollapsed(model.display);
    const { parents, levels } = model.display;
    let position = this.cursor.peek();
    while ((levels[position] as number) > 1) position = parents[position] as number;
    this.goTo(position);
  }

  expandAll(): void {
    const model = this.model.peek();
    if (model === undefined) return;
    this.collapsed.value = new Uint8Array(model.display.count);
    this.toShow.value = { position: this.cursor.peek() };
  }

  /** Goes to the next failed span, or to the one before. @returns whether there is one */
  goToError(direction: 1 | -1): boolean {
    const tree = this.model.peek()?.analysis.tree;
    return tree !== undefined && this.#goToNext(direction, (row) => isFailed(tree, row));
  }

  /**
   * Goes to the next match of the search, else of the picked rows.
   *
   * @param takesFocus whether the row gets the focus. @default only if another row has it
   * @returns whether there is one
   */
  goToMatch(direction: 1 | -1, takesFocus = false): boolean {
    const matches = this.search.peek().matches ?? this.picked.peek();
    if (matches === undefined) return false;
    const isFound = this.#goToNext(direction, (row) => matches.rows[row] === 1);
    if (isFound && takesFocus) this.#focusCursor();
    return isFound;
  }

  /** Marks the rows that a sentence is about, and goes to one of them. */
  pick(rows: readonly number[], goTo: number | undefined = rows[0]): void {
    const model = this.model.peek();
    if (model === undefined || goTo === undefined) return;
    this.picked.value = matchesOfRows(model.analysis.tree.rowCount, rows);
    this.setView('waterfall');
    this.goToRow(goTo);
    this.#focusCursor();
  }

  toggleFilter(filter: Filter): void {
    const filters = new Set(this.filters.peek());
    if (!filters.delete(filter)) filters.add(filter);
    this.address.set({ only: [...filters].sort().join(',') }, REPLACE);
    this.toShow.value = { position: this.cursor.peek() };
  }

  setZoom(range: TimeRange | undefined): void {
    const whole = this.model.peek()?.whole;
    if (whole === undefined) return;
    const isAll = range === undefined || rangeText(range, whole) === undefined;
    this.zoom.value = isAll ? undefined : range;
  }

  /** Writes the part of the time that is shown into the address: not while it is moving. */
  keepZoom(): void {
    const whole = this.model.peek()?.whole;
    const zoom = this.zoom.peek();
    if (whole === undefined) return;
    this.address.set({ zoom: zoom === undefined ? undefined : rangeText(zoom, whole) }, REPLACE);
  }

  #focusCursor(): void {
    this.toShow.value = { position: this.cursor.peek(), takesFocus: true };
  }

  #goToNext(direction: 1 | -1, passes: (row: number) => boolean): boolean {
    const model = this.model.peek();
    if (model === undefined) return false;
    const kept = this.kept.peek();
    const position = nextPosition(
      model.display,
      this.cursor.peek(),
      direction,
      (row, at) => passes(row) && (kept === undefined || kept[at] !== Kept.NO),
    );
    if (position !== -1) this.goTo(position);
    return position !== -1;
  }

  #select(position: number, options: { readonly replace: boolean }): void {
    const model = this.model.peek();
    const node = model?.display.nodes[position];
    if (model === undefined || node === undefined) return;
    const { rowCount } = model.analysis.tree;
    const row = node < rowCount ? node : (model.display.groups[node - rowCount]?.rows[0] as number);
    if (row !== this.selectedRow.peek()) {
      this.address.set({ span: spanIdOfRow(model, row) }, options);
    }
  }

  #kept(): Uint8Array | undefined {
    const model = this.model.value;
    const filters = this.filters.value;
    const { matches } = this.search.value;
    const hidden = this.hidesOthers.value ? matches?.rows : undefined;
    if (model === undefined || (filters.size === 0 && hidden === undefined)) return undefined;
    const { tree, path } = model.analysis;
    return keptNodes(
      model.display,
      (row) =>
        (!filters.has('path') || (path.pathNanos[row] as number) > 0) &&
        (!filters.has('errors') || isFailed(tree, row)) &&
        (hidden === undefined || hidden[row] === 1),
    );
  }
}

function logsByRow(
  model: TraceModel | undefined,
  logs: readonly LogJson[],
): ReadonlyMap<number, readonly LogJson[]> {
  const byRow = new Map<number, LogJson[]>();
  if (model === undefined || logs.length === 0) return byRow;
  const rowsOfIds = new Map<string, number>();
  for (const log of logs) {
    const row = rowsOfIds.get(log.spanId) ?? rowOfSpanId(model, log.spanId);
    rowsOfIds.set(log.spanId, row);
    const ofRow = byRow.get(row);
    if (row === -1) continue;
    if (ofRow === undefined) byRow.set(row, [log]);
    else ofRow.push(log);
  }
  return byRow;
}
