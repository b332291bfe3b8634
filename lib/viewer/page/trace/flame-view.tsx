import './flame.css';
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { formatNanos } from '../../analysis/durations.js';
import { callPathOf, type FlameNode, flameTreeOf } from '../../analysis/flame-tree.js';
import { drawFlame, FLAME_LEVEL_HEIGHT, MAX_FLAME_LEVELS } from './flame-drawing.js';
import {
  type FlameLayout,
  type FlameOrder,
  type FlameWidth,
  flameLayoutOf,
  flameNeighbour,
  flameNodeAt,
} from './flame-layout.js';
import { flameText } from './flame-text.js';
import type { TraceModel } from './trace-model.js';
import type { TraceState } from './trace-state.js';
import { usePalette } from './use-palette.js';
import { useSize } from './use-size.js';

/** The spans merged along their call paths, as a picture or as a table. */
export function FlameView({
  state,
  model,
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
}) {
  const { search } = state.address;
  const width: FlameWidth = search.value.get('width') === 'work' ? 'work' : 'path';
  const order: FlameOrder = search.value.get('order') === 'time' ? 'time' : 'heavy';
  const isTable = search.value.has('table');
  const tree = useMemo(() => flameTreeOf(model.analysis), [model]);
  const topIndex = useSignal<number | undefined>(undefined);
  const top = topIndex.value === undefined ? undefined : tree.nodes[topIndex.value];
  const layout = useMemo(() => flameLayoutOf(tree, width, order, top), [tree, width, order, top]);
  const set = (name: string, value: string | undefined): void =>
    state.address.set({ [name]: value }, { replace: true });
  const pick = (node: FlameNode): void => {
    const rows = Array.from(tree.nodeOfRow.keys()).filter(
      (row) => tree.nodeOfRow[row] === node.index,
    );
    state.pick(rows);
  };
  return (
    <div class="trace-view flame">
      <p class="flame-tools">
        <label>
          Width{' '}
          <select value={width} onChange={({ currentTarget }) => set('width', currentTarget.value)}>
            <option value="path">time on the critical path</option>
            <option value="work">work, parallel work adds up</option>
          </select>
        </label>
        <label>
          Order{' '}
          <select value={order} onChange={({ currentTarget }) => set('order', currentTarget.value)}>
            <option value="heavy">widest first</option>
            <option value="time">by time</option>
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={isTable}
            onChange={({ currentTarget }) => set('table', currentTarget.checked ? '1' : undefined)}
          />
          as a table
        </label>
        {top !== undefined && (
          <button type="button" onClick={() => (topIndex.value = undefined)}>
            Show all
          </button>
        )}
      </p>
      {isTable ? (
        <FlameTable layout={layout} width={width} onPick={pick} />
      ) : (
        <FlamePicture
          layout={layout}
          width={width}
          onTop={(node) => (topIndex.value = node?.index)}
          onPick={pick}
        />
      )}
    </div>
  );
}

function FlamePicture({
  layout,
  width,
  onTop,
  onPick,
}: {
  readonly layout: FlameLayout;
  readonly width: FlameWidth;
  readonly onTop: (node: FlameNode | undefined) => void;
  readonly onPick: (node: FlameNode) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(box);
  const palette = usePalette(box);
  const current = useSignal<number | undefined>(undefined);
  const pixels = size.value.width;
  const levelCount = Math.min(layout.levelCount, MAX_FLAME_LEVELS);
  const node = current.value === undefined ? undefined : layout.tree.nodes[current.value];
  const { value: colors } = palette;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || colors === undefined || pixels === 0) return;
    const ratio = devicePixelRatio;
    context.canvas.width = Math.ceil(pixels * ratio);
    context.canvas.height = Math.ceil(levelCount * FLAME_LEVEL_HEIGHT * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawFlame(context, layout, colors, pixels, node);
  }, [layout, colors, pixels, node, levelCount]);
  const nodeAt = (event: MouseEvent): FlameNode | undefined => {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const level = Math.floor((event.clientY - top) / FLAME_LEVEL_HEIGHT);
    return flameNodeAt(layout, (event.clientX - left) / Math.max(1, pixels), level);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' && node !== undefined) onPick(node);
    else if (event.key === ' ') onTop(node);
    else if (event.key.startsWith('Arrow')) {
      current.value = flameNeighbour(layout, node, event.key)?.index;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const whole = layout.tree.roots.reduce(
    (sum, root) => sum + (width === 'path' ? root.pathTotalNanos : root.workTotalNanos),
    0,
  );
  return (
    <>
      <p class="flame-text" role="status">
        {node === undefined
          ? 'Arrow keys and the mouse show what a part is; a click or Space makes it as wide as the picture, Enter shows its spans.'
          : flameText(node, width, whole)}
      </p>
      <div class="flame-scroll">
        <div
          ref={box}
          class="flame-box"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys move from box to box
          tabIndex={0}
          role="application"
          aria-label="Flame graph; the table has the same facts"
          aria-roledescription="flame graph"
          style={{ height: `${levelCount * FLAME_LEVEL_HEIGHT}px` }}
          onKeyDown={onKeyDown}
          onFocus={() => {
            current.value ??= layout.roots[0]?.index;
          }}
          onPointerMove={(event) => {
            current.value = nodeAt(event)?.index;
          }}
          onClick={(event) => {
            const clicked = nodeAt(event);
            if (clicked !== undefined) onTop(clicked);
          }}
          onDblClick={(event) => {
            const clicked = nodeAt(event);
            if (clicked !== undefined) onPick(clicked);
          }}
        >
          <canvas ref={canvas} style={{ width: '100%', height: '100%' }} />
        </div>
      </div>
      {layout.levelCount > MAX_FLAME_LEVELS && (
        <p class="dim">
          {layout.levelCount - MAX_FLAME_LEVELS} deeper levels are in the table and in the
          waterfall.
        </p>
      )}
    </>
  );
}

/** More nodes are left out: the widest come first. */
const MAX_TABLE_ROWS = 100;

function FlameTable({
  layout,
  width,
  onPick,
}: {
  readonly layout: FlameLayout;
  readonly width: FlameWidth;
  readonly onPick: (node: FlameNode) => void;
}) {
  const key = width === 'path' ? 'pathNanos' : 'workNanos';
  const nodes = layout.tree.nodes.toSorted((a, b) => b[key] - a[key]);
  return (
    <div class="flame-scroll">
      <table class="flame-table">
        <caption class="unseen">Call paths, the most own time first</caption>
        <thead>
          <tr>
            {[
              'Span',
              'Service',
              'Calls',
              'Failed',
              'Path, own',
              'Path, all',
              'Work, own',
              'Work, all',
            ].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {nodes.slice(0, MAX_TABLE_ROWS).map((node) => (
            <tr key={node.index}>
              <th scope="row">
                <button
                  type="button"
                  class="plain"
                  title={callPathOf(node)}
                  onClick={() => onPick(node)}
                >
                  {node.name}
                </button>
              </th>
              <td>{node.service}</td>
              <td>{node.callCount.toLocaleString('en')}</td>
              <td>{node.failedCount === 0 ? '' : node.failedCount.toLocaleString('en')}</td>
              <td>{formatNanos(node.pathNanos)}</td>
              <td>{formatNanos(node.pathTotalNanos)}</td>
              <td>{formatNanos(node.workNanos)}</td>
              <td>{formatNanos(node.workTotalNanos)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {nodes.length > MAX_TABLE_ROWS && (
        <p class="dim">{nodes.length - MAX_TABLE_ROWS} call paths with less time are left out.</p>
      )}
    </div>
  );
}
