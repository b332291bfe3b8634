import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { formatNanos } from '../../analysis/durations.js';
import { callPathOf } from '../../analysis/flame-tree.js';
import { lineOf } from '../../analysis/row-texts.js';
import { ServiceMark } from '../parts/service-mark.js';
import { type KeyBinding, useKeys } from '../state/keys.js';
import {
  type ComparedPair,
  countDeltaText,
  deltaText,
  presenceOf,
  titleOf,
} from './compare-model.js';
import { type CompareRow, equalParts, innerKeys, listRows, treeRows } from './compare-rows.js';

/** Smaller parts of the longer trace count as no difference when the tree is folded at first. */
const MIN_PART = 0.01;
const INDENT = 14;

interface TableProperties {
  readonly pair: ComparedPair;
  readonly isList: boolean;
}

/** The call paths of both traces, as a tree or by their difference. */
export function CompareTable({ pair, isList }: TableProperties) {
  const { a, b, comparison } = pair;
  const longest = Math.max(a.durationNanos, b.durationNanos);
  const collapsed = useSignal<ReadonlySet<string>>(
    useMemo(() => equalParts(comparison, longest * MIN_PART), [comparison, longest]),
  );
  const cursor = useSignal(0);
  const table = useRef<HTMLTableElement>(null);
  const { value: hidden } = collapsed;
  const { rows, omittedCount } = useMemo(
    () => (isList ? listRows(comparison) : treeRows(comparison, hidden)),
    [comparison, hidden, isList],
  );
  const shown = useRef(rows);
  shown.current = rows;
  useEffect(() => {
    cursor.value = 0;
  }, [isList, cursor]);
  const most = Math.max(1, ...comparison.byDifference.slice(0, 1).map(deltaOf));
  const bindings = useMemo(() => {
    const moveTo = (index: number): void => {
      const last = shown.current.length - 1;
      cursor.value = Math.max(0, Math.min(last, index));
      table.current?.querySelectorAll<HTMLElement>('tbody tr')[cursor.value]?.focus();
    };
    const fold = (row: CompareRow | undefined, isFolded: boolean): void => {
      if (row === undefined) return;
      const next = new Set(collapsed.peek());
      if (isFolded) next.add(row.key);
      else next.delete(row.key);
      collapsed.value = next;
    };
    const current = (): CompareRow | undefined => shown.current[cursor.peek()];
    const out = (): void => {
      const row = current();
      if (row?.isExpanded === true) {
        fold(row, true);
        return;
      }
      const parent = row?.node.parent;
      const index = shown.current.findIndex(({ node }) => node === parent);
      if (index !== -1) moveTo(index);
    };
    const into = (): void => {
      const row = current();
      if (row?.hasChildren !== true) return;
      if (row.isExpanded) moveTo(cursor.peek() + 1);
      else fold(row, false);
    };
    const all = (keys: ReadonlySet<string>) => (): void => {
      collapsed.value = keys;
      cursor.value = 0;
    };
    const found: KeyBinding[] = [
      { keys: ['j', 'ArrowDown'], label: 'Next row', run: () => moveTo(cursor.peek() + 1) },
      { keys: ['k', 'ArrowUp'], label: 'Row before', run: () => moveTo(cursor.peek() - 1) },
      { keys: ['ArrowRight'], label: 'Expand', run: into },
      { keys: ['ArrowLeft'], label: 'Collapse, or to the parent', run: out },
      { keys: ['['], label: 'Collapse all', run: all(innerKeys(comparison)) },
      { keys: [']'], label: 'Expand all', run: all(new Set()) },
    ];
    return { found, moveTo, fold };
  }, [comparison, collapsed, cursor]);
  useKeys('Rows', bindings.found);
  return (
    <div class="compare-rows">
      <table ref={table} role={isList ? 'grid' : 'treegrid'} aria-label="Call paths">
        <thead>
          <tr>
            <th scope="col">Call path</th>
            <th scope="col" class="number">
              A path
            </th>
            <th scope="col" class="number">
              B path
            </th>
            <th scope="col" class="delta">
              B − A
            </th>
            <th scope="col" class="number">
              A calls
            </th>
            <th scope="col" class="number">
              B calls
            </th>
            <th scope="col" class="number">
              A failed
            </th>
            <th scope="col" class="number">
              B failed
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <Row
              key={row.key}
              row={row}
              isList={isList}
              isCurrent={i === cursor.value}
              most={most}
              focus={() => {
                cursor.value = i;
              }}
              toggle={() => bindings.fold(row, row.isExpanded)}
            />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="hint">Nothing differs.</p>}
      {omittedCount > 0 && (
        <p class="hint">{omittedCount.toLocaleString('en')} further rows are not shown.</p>
      )}
    </div>
  );
}

function deltaOf({ pathDelta }: { readonly pathDelta: number }): number {
  return Math.abs(pathDelta);
}

interface RowProperties {
  readonly row: CompareRow;
  readonly isList: boolean;
  readonly isCurrent: boolean;
  readonly most: number;
  readonly focus: () => void;
  readonly toggle: () => void;
}

function Row({ row, isList, isCurrent, most, focus, toggle }: RowProperties) {
  const { node, level, position, setSize, hasChildren, isExpanded } = row;
  const { a, b, pathDelta, callDelta, failedDelta } = node;
  const presence = presenceOf(node);
  const { name, service } = titleOf(node);
  const path = (b ?? a) === undefined ? '' : lineOf(callPathOf((b ?? a) as NonNullable<typeof a>));
  const treeParts = isList
    ? {}
    : { 'aria-level': level, 'aria-posinset': position, 'aria-setsize': setSize };
  return (
    <tr
      class={presence === 'both' ? '' : presence === 'only in A' ? 'only-a' : 'only-b'}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={focus}
      aria-expanded={hasChildren ? isExpanded : undefined}
      {...treeParts}
    >
      <td title={path}>
        <span class="path" style={{ 'padding-left': `${(level - 1) * INDENT}px` }}>
          {hasChildren ? (
            <button
              type="button"
              class="fold"
              tabIndex={-1}
              aria-label={isExpanded ? 'Collapse' : 'Expand'}
              onClick={toggle}
            >
              {isExpanded ? '▾' : '▸'}
            </button>
          ) : (
            <span class="fold" />
          )}
          <ServiceMark service={service} />
          <span class="service">{service}</span> {isList ? path : name}
          {presence !== 'both' && <em> {presence}</em>}
        </span>
      </td>
      <td class="number">{a === undefined ? '–' : formatNanos(a.pathNanos)}</td>
      <td class="number">{b === undefined ? '–' : formatNanos(b.pathNanos)}</td>
      <td class={`delta ${pathDelta > 0 ? 'more' : 'less'}`}>
        <span class="bar">
          <i style={{ width: `${(Math.abs(pathDelta) / most) * 50}%` }} />
        </span>
        {deltaText(pathDelta)}
      </td>
      <td class="number">{a?.callCount.toLocaleString('en') ?? '–'}</td>
      <td class="number">
        {b?.callCount.toLocaleString('en') ?? '–'}
        <Change delta={callDelta} isShown={presence === 'both'} />
      </td>
      <td class="number">{failedOf(a?.failedCount)}</td>
      <td class={failedDelta > 0 ? 'number more' : 'number'}>{failedOf(b?.failedCount)}</td>
    </tr>
  );
}

function Change({ delta, isShown }: { readonly delta: number; readonly isShown: boolean }) {
  if (!isShown || delta === 0) return null;
  return <span class={delta > 0 ? 'more' : 'less'}> {countDeltaText(delta)}</span>;
}

function failedOf(count: number | undefined): string {
  return count === undefined || count === 0 ? '–' : count.toLocaleString('en');
}
