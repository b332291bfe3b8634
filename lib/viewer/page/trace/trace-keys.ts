import type { KeyBinding } from '../state/keys.js';
import { between, moved, zoomed } from './time-range.js';
import { VIEWS } from './trace-address.js';
import type { TraceState } from './trace-state.js';

/** What keys of the screen do beside what the state of the trace can do alone. */
export interface ScreenActions {
  readonly focusSearch: () => void;
  readonly markForComparison: () => void;
  readonly copyLink: () => void;
  readonly copyText: () => void;
  readonly back: () => void;
  /** Says something to users of screen readers. */
  readonly say: (message: string) => void;
}

const ZOOM_FACTOR = 0.7;
const PAN_SHARE = 0.2;
const PAGE_LINES = 20;
/** What is shown around a span that fills the picture. */
const FIT_MARGIN = 0.05;

/** The keys of the screen of one trace. */
export function traceKeys(state: TraceState, actions: ScreenActions): readonly KeyBinding[] {
  const key = (keys: readonly string[], label: string, run: () => void): KeyBinding => ({
    keys,
    label,
    run,
  });
  const orSay = (hasMoved: boolean, message: string): void => {
    if (!hasMoved) actions.say(message);
  };
  return [
    key(['j', 'ArrowDown'], 'Next row', () => state.step(1)),
    key(['k', 'ArrowUp'], 'Row before', () => state.step(-1)),
    key(['PageDown'], '20 rows down', () => state.step(PAGE_LINES)),
    key(['PageUp'], '20 rows up', () => state.step(-PAGE_LINES)),
    key(['Home'], 'First row', () => state.step(-Infinity)),
    key(['End'], 'Last row', () => state.step(Infinity)),
    key(['ArrowLeft'], 'Collapse, or go to the parent', () => state.collapseOrUp()),
    key(['ArrowRight'], 'Expand, or go to the first child', () => state.expandOrDown()),
    key(['['], 'Collapse all', () => state.collapseAll()),
    key([']'], 'Expand all', () => state.expandAll()),
    key(['Enter'], 'Details', () => state.openDetails()),
    key(['e'], 'Next failed span', () => orSay(state.goToError(1), 'No failed spans')),
    key(['E'], 'Failed span before', () => orSay(state.goToError(-1), 'No failed spans')),
    key(['n'], 'Next match', () => orSay(state.goToMatch(1), 'No matches')),
    key(['N'], 'Match before', () => orSay(state.goToMatch(-1), 'No matches')),
    key(['c'], 'Critical path only', () => state.toggleFilter('path')),
    key(['w'], 'Zoom in', () => zoomBy(state, ZOOM_FACTOR)),
    key(['s'], 'Zoom out', () => zoomBy(state, 1 / ZOOM_FACTOR)),
    key(['a'], 'Earlier', () => panBy(state, -PAN_SHARE)),
    key(['d'], 'Later', () => panBy(state, PAN_SHARE)),
    key(['f'], 'Fit to the span, then to the trace', () => fit(state)),
    ...VIEWS.map((view, index) =>
      key([String(index + 1)], VIEW_LABELS[view], () => state.setView(view)),
    ),
    key(['/'], 'Find in the trace', actions.focusSearch),
    key(['x'], 'Mark to compare', actions.markForComparison),
    key(['y'], 'Copy the link', actions.copyLink),
    key(['Y'], 'Copy as text', actions.copyText),
    key(['Escape'], 'Close the details, then back to the list', () => {
      if (!state.closeDetails()) actions.back();
    }),
  ];
}

/** The names of the views. */
export const VIEW_LABELS = {
  waterfall: 'Waterfall',
  flame: 'Flame',
  findings: 'Findings',
  logs: 'Logs',
} as const;

function zoomBy(state: TraceState, factor: number): void {
  const model = state.model.peek();
  if (model === undefined) return;
  const range = state.range.peek();
  const [from, to] = spanTimes(state);
  const isVisible = to >= range.from && from <= range.to;
  // Around the middle of what is visible of the span, so that it stays in the picture.
  const middle = isVisible
    ? (Math.max(from, range.from) + Math.min(to, range.to)) / 2
    : (range.from + range.to) / 2;
  state.setZoom(zoomed(range, model.whole, middle, factor));
  state.keepZoom();
}

function panBy(state: TraceState, share: number): void {
  const model = state.model.peek();
  if (model === undefined) return;
  const range = state.range.peek();
  state.setZoom(moved(range, model.whole, share * (range.to - range.from)));
  state.keepZoom();
}

function fit(state: TraceState): void {
  const model = state.model.peek();
  if (model === undefined) return;
  const [from, to] = spanTimes(state);
  const margin = (to - from) * FIT_MARGIN;
  const wanted = between(from - margin, to + margin, model.whole);
  const { from: left, to: right } = state.range.peek();
  const isThere = wanted.from === left && wanted.to === right;
  state.setZoom(isThere ? undefined : wanted);
  state.keepZoom();
}

/** The start and the end of what the cursor is on. */
function spanTimes(state: TraceState): readonly [number, number] {
  const model = state.model.peek();
  if (model === undefined) return [0, 0];
  const { display, analysis, whole } = model;
  const node = display.nodes[state.cursor.peek()] ?? 0;
  const group = display.groups[node - analysis.tree.rowCount];
  const { starts, ends } = analysis.tree;
  if (group !== undefined) {
    return [starts[group.rows[0] as number] as number, group.lastEnd];
  }
  return [starts[node] ?? whole.from, ends[node] ?? whole.to];
}
