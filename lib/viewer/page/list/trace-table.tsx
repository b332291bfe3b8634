import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { markedTrace } from '../state/compare-mark.js';
import { setParameters } from '../state/location.js';
import type { ListAddress, ListOrder } from './list-address.js';
import type { ListState } from './list-state.js';
import { TableRow } from './table-row.js';
import { scrollTopFor, visibleRows } from './visible-rows.js';

const ROW_HEIGHT = 26;
const HEAD_HEIGHT = 26;
/** The next page is loaded when the rows end this near. */
const ROWS_AHEAD = 50;

const COLUMNS: readonly {
  readonly name: string;
  readonly order?: ListOrder;
  readonly hint?: string;
}[] = [
  { name: 'Time', order: 'newest', hint: 'Newest first' },
  { name: '✗ ☆', order: 'failures', hint: 'Most failed spans first' },
  { name: 'Name' },
  { name: 'Duration', order: 'duration', hint: 'Longest first' },
  { name: 'Spans', order: 'spans', hint: 'Most spans first' },
  { name: 'Services' },
  { name: 'What happened' },
];

/** The rows of the list; only those that are visible are in the document. */
export function TraceTable({
  state,
  address,
}: {
  readonly state: ListState;
  readonly address: ListAddress;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useSignal({ first: 0, end: 40 });
  const rows = state.rows.value;
  const update = (): void => {
    const { current } = scroller;
    if (current === null) return;
    const { scrollTop, clientHeight } = current;
    state.scrollTop = scrollTop;
    state.isScrolled.value = scrollTop > ROW_HEIGHT / 2;
    const { length } = state.rows.peek();
    const next = visibleRows(length, ROW_HEIGHT, scrollTop, clientHeight);
    const before = shown.peek();
    if (next.first !== before.first || next.end !== before.end) shown.value = next;
    if (next.end > length - ROWS_AHEAD) void state.loadMore();
    state.releaseIfFree();
  };
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    current.scrollTop = state.scrollTop;
    const observer = new ResizeObserver(update);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  // Rows have come or gone, or the list was brought to its top.
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current !== null && state.scrollTop === 0 && current.scrollTop !== 0) current.scrollTop = 0;
    update();
  }, [rows]);
  const selectedIndex = state.selectedIndex.value;
  const selectedId = state.selectedId.value;
  useEffect(() => {
    const { current } = scroller;
    if (current === null || selectedIndex === -1) return;
    const { scrollTop, clientHeight } = current;
    current.scrollTop = scrollTopFor(
      selectedIndex,
      ROW_HEIGHT,
      scrollTop,
      clientHeight - HEAD_HEIGHT,
    );
  }, [selectedId]);
  const { first } = shown.value;
  const end = Math.min(shown.value.end, rows.length);
  const isSelectedShown = selectedIndex >= first && selectedIndex < end;
  return (
    <div
      ref={scroller}
      id="traces"
      class="traces"
      role="grid"
      aria-label="Traces"
      aria-rowcount={state.hasMore.value ? -1 : rows.length + 1}
      aria-activedescendant={isSelectedShown ? `trace-${selectedId}` : undefined}
      tabIndex={0}
      onScroll={update}
    >
      <div role="rowgroup" class="traces-head">
        <div role="row" class="trace-columns" aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <ColumnHead key={column.name} {...column} current={address.order} />
          ))}
        </div>
      </div>
      <div role="rowgroup" class="traces-body" style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
        {rows.slice(first, end).map((row, index) => (
          <TableRow
            key={row.id}
            row={row}
            index={first + index}
            top={(first + index) * ROW_HEIGHT}
            isSelected={row.id === selectedId}
            isMarked={row.id === markedTrace.value}
            state={state}
          />
        ))}
      </div>
    </div>
  );
}

function ColumnHead({
  name,
  order,
  hint,
  current,
}: (typeof COLUMNS)[number] & { readonly current: ListOrder }) {
  const isCurrent = order === current;
  return (
    <span role="columnheader" aria-sort={isCurrent ? 'descending' : undefined}>
      {order === undefined ? (
        name
      ) : (
        <button
          type="button"
          title={hint}
          aria-label={`${order === 'failures' ? 'State' : name}: ${hint}`}
          onClick={() => setParameters({ sort: order === 'newest' ? undefined : order })}
        >
          {name}
          {isCurrent && <span aria-hidden="true"> ▾</span>}
        </button>
      )}
    </span>
  );
}
