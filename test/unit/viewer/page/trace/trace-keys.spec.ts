import { describe, expect, it } from '@jest/globals';
import { signal } from '@preact/signals';
import { traceKeys } from '../../../../../lib/viewer/page/trace/trace-keys.js';
import { traceModelOf } from '../../../../../lib/viewer/page/trace/trace-model.js';
import { TraceState } from '../../../../../lib/viewer/page/trace/trace-state.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

function keysOf(search = '') {
  const parameters = signal(new URLSearchParams(search));
  const state = new TraceState({
    search: parameters,
    set: (changes) => {
      const next = new URLSearchParams(parameters.peek());
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === '') next.delete(name);
        else next.set(name, value);
      }
      parameters.value = next;
    },
  });
  state.show(traceModelOf(traceOfLines('a 0-100\n  b 40-60')));
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  const bindings = traceKeys(state, {
    focusSearch: note('search'),
    markForComparison: note('mark'),
    copyLink: note('link'),
    copyText: note('text'),
    back: note('back'),
    say: (message) => done.push(message),
  });
  const press = (...keys: string[]) => {
    for (const key of keys) {
      bindings.find((binding) => binding.keys.includes(key))?.run({} as KeyboardEvent);
    }
  };
  return { state, done, press, bindings };
}

describe('traceKeys', () => {
  it('binds each key once', () => {
    const keys = keysOf().bindings.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('zooms around what is visible of the span, and moves', () => {
    const { state, press } = keysOf();
    press('w');
    expect(state.range.value.from).toBeCloseTo(15e6);
    expect(state.range.value.to).toBeCloseTo(85e6);
    press('a');
    expect(state.range.value.from).toBeCloseTo(1e6);
    press('d', 'd', 's', 's');
    expect(state.zoom.value).toBeUndefined();
  });

  it('fits the span of the cursor, then the trace', () => {
    const { state, press } = keysOf();
    press('j', 'f');
    expect(state.range.value).toEqual({ from: 39e6, to: 61e6 });
    press('f');
    expect(state.zoom.value).toBeUndefined();
  });

  it('closes the details, and then goes back to the list', () => {
    const { done, press, state } = keysOf('span=0000000000000002');
    press('Escape');
    expect(state.selectedRow.value).toBe(-1);
    expect(done).toEqual([]);
    press('Escape');
    expect(done).toEqual(['back']);
  });

  it('says that there is nothing to go to', () => {
    const { done, press } = keysOf();
    press('e', 'n');
    expect(done).toEqual(['No failed spans', 'No matches']);
  });

  it('changes views and filters', () => {
    const { state, press } = keysOf();
    press('3');
    expect(state.view.value).toBe('findings');
    press('1', 'c');
    expect([state.view.value, ...state.filters.value]).toEqual(['waterfall', 'path']);
  });

  it('reaches what only the screen can do', () => {
    const { done, press } = keysOf();
    press('/', 'x', 'y', 'Y');
    expect(done).toEqual(['search', 'mark', 'link', 'text']);
  });
});
