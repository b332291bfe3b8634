import { describe, expect, it } from '@jest/globals';
import { computed, signal } from '@preact/signals';
import { finishedBy } from '../../../../../lib/viewer/analysis/steps.js';
import { traceModelOf } from '../../../../../lib/viewer/page/trace/trace-model.js';
import { TraceState } from '../../../../../lib/viewer/page/trace/trace-state.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const LINES = `
  GET /orders [server failed] @gateway 0-100
    call [client] 5-95
      work [server] @orders 10-90
        SELECT a [client] 10-40
        SELECT b [client failed] 40-80
    beside 5-20
`;

function stateOf(lines = LINES, search = '') {
  const parameters = signal(new URLSearchParams(search));
  const state = new TraceState({
    search: computed(() => parameters.value),
    set: (changes) => {
      const next = new URLSearchParams(parameters.peek());
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === '') next.delete(name);
        else next.set(name, value);
      }
      parameters.value = next;
    },
  });
  state.show(traceModelOf(traceOfLines(lines)));
  const names = () =>
    [...state.lines.value].map((position) => {
      const { display, trace } = state.model.value as NonNullable<typeof state.model.value>;
      return trace.strings[trace.names[display.nodes[position] as number] as number];
    });
  const cursorName = () => {
    const { display, trace } = state.model.value as NonNullable<typeof state.model.value>;
    return trace.strings[trace.names[display.nodes[state.cursor.value] as number] as number];
  };
  return { state, names, cursorName, parameters };
}

describe('TraceState', () => {
  it('moves the cursor by lines, to the ends at most', () => {
    const { state, cursorName } = stateOf();
    state.step(2);
    expect(cursorName()).toBe('work');
    state.step(-Infinity);
    expect(cursorName()).toBe('GET /orders');
    state.step(Infinity);
    expect(cursorName()).toBe('beside');
  });

  it('adds what other traces tell to the findings, the most expensive first', () => {
    const { state } = stateOf();
    const slower = {
      kind: 'slower-than-usual',
      text: 'slow',
      how: '',
      rows: [0],
      pathNanos: 9e15,
    } as const;
    const unknown = { ...slower, text: 'of a span that has not come', rows: [99] };
    state.context.value = { findings: [slower, unknown] };
    expect(state.findings.value).toBeUndefined();
    finishedBy(state.find());
    expect(state.findings.value?.[0]).toBe(slower);
    const count = state.findings.value?.length ?? 0;
    expect(state.findings.value).not.toContain(unknown);
    state.context.value = { findings: [] };
    expect(state.findings.value).toHaveLength(count - 1);
  });

  it('collapses, goes up, expands and goes down', () => {
    const { state, names, cursorName } = stateOf();
    state.step(2);
    state.collapseOrUp();
    expect(names()).toEqual(['GET /orders', 'call', 'work', 'beside']);
    state.collapseOrUp();
    expect(cursorName()).toBe('call');
    state.step(1);
    state.expandOrDown();
    state.expandOrDown();
    expect(cursorName()).toBe('SELECT a');
  });

  it('goes to failed spans, and opens what hides them', () => {
    const { state, names, cursorName } = stateOf();
    state.collapseAll();
    expect(names()).toEqual(['GET /orders', 'call', 'beside']);
    expect(state.goToError(1)).toBe(true);
    expect(cursorName()).toBe('SELECT b');
    expect(names()).toHaveLength(6);
    expect(state.goToError(1)).toBe(true);
    expect(cursorName()).toBe('GET /orders');
  });

  it('moves the cursor out of what it collapses', () => {
    const { state, cursorName } = stateOf();
    state.goToRow(3);
    state.collapseAll();
    expect(cursorName()).toBe('call');
    state.expandAll();
    expect(state.lines.value).toHaveLength(6);
  });

  it('keeps the selected span in the address, and follows it', () => {
    const { state, cursorName, parameters } = stateOf(LINES, 'span=0000000000000004');
    expect(cursorName()).toBe('SELECT a');
    state.step(1);
    expect(parameters.value.get('span')).toBe('0000000000000005');
    parameters.value = new URLSearchParams('span=0000000000000002');
    state.followAddress();
    expect(cursorName()).toBe('call');
    expect(state.closeDetails()).toBe(true);
    expect(state.closeDetails()).toBe(false);
    expect(state.selectedRow.value).toBe(-1);
  });

  it('moves the cursor without the details while they are closed', () => {
    const { state, parameters } = stateOf();
    state.step(1);
    expect(parameters.value.has('span')).toBe(false);
    state.openDetails();
    expect(parameters.value.get('span')).toBe('0000000000000002');
  });

  it('filters by the path and by errors, with what is above', () => {
    const { state, names } = stateOf();
    state.toggleFilter('errors');
    expect(names()).toEqual(['GET /orders', 'call', 'work', 'SELECT b']);
    state.toggleFilter('errors');
    state.toggleFilter('path');
    expect(names()).not.toContain('beside');
  });

  it('walks the matches of a search, and hides the others', () => {
    const { state, names, cursorName } = stateOf();
    state.setQuery('name:SELECT');
    expect(state.search.value.matches?.count).toBe(2);
    state.goToMatch(1);
    state.goToMatch(1);
    expect(cursorName()).toBe('SELECT b');
    state.setHidesOthers(true);
    expect(names()).toEqual(['GET /orders', 'call', 'work', 'SELECT a', 'SELECT b']);
  });

  it('takes the matches of the server for the query that it has', () => {
    const { state } = stateOf(LINES, 'find=order.id%3D5');
    expect(state.search.value.matches?.count).toBe(0);
    state.served.value = { query: 'order.id=5', rows: [1, 3] };
    expect(state.search.value.matches?.count).toBe(2);
    state.setQuery('name:SELECT');
    expect(state.search.value.matches?.rows[1]).toBe(0);
  });

  it('marks the rows of a sentence, and walks them', () => {
    const { state, cursorName } = stateOf(LINES, 'view=findings');
    state.pick([3, 4]);
    expect(state.view.value).toBe('waterfall');
    expect(cursorName()).toBe('SELECT a');
    state.goToMatch(1);
    expect(cursorName()).toBe('SELECT b');
  });

  it('keeps what was collapsed, the cursor and the picked rows when spans come', () => {
    const { state, names, cursorName } = stateOf();
    state.goToRow(2);
    state.toggle();
    state.pick([5]);
    state.show(traceModelOf(traceOfLines(`${LINES}    new 1-2\n`)));
    expect(names()).toEqual(['GET /orders', 'new', 'call', 'work', 'beside']);
    expect(cursorName()).toBe('beside');
    expect(state.picked.value?.rows).toHaveLength(7);
  });

  it('keeps the zoom in the address, and nothing for all of the time', () => {
    const { state, parameters } = stateOf(LINES, 'zoom=10000000-20000000');
    expect(state.range.value).toEqual({ from: 10e6, to: 20e6 });
    state.setZoom({ from: 0, to: 50e6 });
    state.keepZoom();
    expect(parameters.value.get('zoom')).toBe('0-50000000');
    state.setZoom({ from: 0, to: 100e6 });
    state.keepZoom();
    expect(parameters.value.has('zoom')).toBe(false);
  });

  it('says in the address that clocks are not corrected', () => {
    const { state, parameters } = stateOf();
    expect(state.correctsClocks.value).toBe(true);
    state.setCorrectsClocks(false);
    expect([state.correctsClocks.value, parameters.value.get('clocks')]).toEqual([false, 'sent']);
    state.setCorrectsClocks(true);
    expect([state.correctsClocks.value, parameters.value.has('clocks')]).toEqual([true, false]);
  });

  it('explains, and finds', () => {
    const { state } = stateOf();
    finishedBy(state.explain());
    expect(state.findings.value).toBeUndefined();
    finishedBy(state.find());
    expect(state.sentences.value?.[0]?.kind).toBe('failed');
    expect(state.findings.value).toBeDefined();
  });

  it('does nothing before there is a trace', () => {
    const state = new TraceState({
      search: signal(new URLSearchParams()),
      set: () => {},
    });
    state.step(1);
    state.toggle();
    state.collapseAll();
    state.expandAll();
    state.pick([1]);
    finishedBy(state.explain());
    finishedBy(state.find());
    expect([state.findings.value, state.sentences.value]).toEqual([undefined, undefined]);
    expect([state.goToError(1), state.goToMatch(-1)]).toEqual([false, false]);
    expect(state.lines.value).toHaveLength(0);
  });

  it('knows which rows have logs', () => {
    const { state } = stateOf();
    const log = { spanId: '0000000000000003', traceId: 'a'.repeat(32) };
    state.logs.value = [log, log, { ...log, spanId: '' }] as never;
    expect([...state.logsByRow.value].map(([row, logs]) => [row, logs.length])).toEqual([[2, 2]]);
  });
});
