import { useMemo } from 'preact/hooks';
import { markToCompare } from '../state/compare-mark.js';
import { type KeyBinding, useKeys } from '../state/keys.js';
import { navigate } from '../state/location.js';
import { pathOfTrace } from '../state/screen.js';
import type { ListState } from './list-state.js';
import { focusSearch } from './search-field.js';

/** The keys of the list. It shows nothing. */
export function ListKeys({ state }: { readonly state: ListState }) {
  const bindings = useMemo(() => bindingsOf(state), [state]);
  useKeys('Traces', bindings);
  return null;
}

function bindingsOf(state: ListState): KeyBinding[] {
  const move = (step: number) => (): void => {
    state.move(step);
    document.getElementById('traces')?.focus({ preventScroll: true });
  };
  const selected = () => state.rows.peek()[state.selectedIndex.peek()];
  return [
    { keys: ['j', 'ArrowDown'], label: 'Next trace', run: move(1) },
    { keys: ['k', 'ArrowUp'], label: 'Previous trace', run: move(-1) },
    { keys: ['PageDown'], label: 'Twenty traces further', run: move(20) },
    { keys: ['PageUp'], label: 'Twenty traces back', run: move(-20) },
    { keys: ['e'], label: 'Next failed trace', run: () => state.moveToFailed(1) },
    { keys: ['E'], label: 'Previous failed trace', run: () => state.moveToFailed(-1) },
    {
      keys: ['Enter'],
      label: 'Open the selected trace',
      run: () => {
        const id = selected()?.id;
        if (id !== undefined) navigate(pathOfTrace(id));
      },
    },
    {
      keys: ['x'],
      label: 'Mark to compare; with a second trace, compare',
      run: () => {
        const id = selected()?.id;
        const address = id === undefined ? undefined : markToCompare(id);
        if (address !== undefined) navigate(address);
      },
    },
    {
      keys: ['*'],
      label: 'Star: the trace stays when others make room',
      run: () => {
        const row = selected();
        if (row !== undefined) void state.toggleStar(row);
      },
    },
    { keys: [' '], label: 'Pause, and follow again', run: () => state.togglePause() },
    { keys: ['/'], label: 'Search', run: focusSearch },
    { keys: ['Escape'], label: 'Select nothing, and follow', run: () => state.release() },
  ];
}
