import { ServiceMark } from '../parts/service-mark.js';
import { groupAt, hasBelow, rowAt } from './display-tree.js';
import { textsOfLine } from './row-label.js';
import type { RowMatches } from './row-search.js';
import type { TraceModel } from './trace-model.js';
import type { TraceState } from './trace-state.js';

/** Deeper rows have the same indentation, and the number of their level. */
const MAX_INDENTED_LEVELS = 16;
const INDENT_PIXELS = 14;

/** What a line shows. */
export interface RowProps {
  readonly state: TraceState;
  readonly model: TraceModel;
  readonly position: number;
  readonly line: number;
  readonly top: number;
  readonly isCursor: boolean;
  readonly isFocusable: boolean;
  readonly isCollapsed: boolean;
  readonly isSelected: boolean;
  readonly matches: RowMatches | undefined;
  readonly picked: RowMatches | undefined;
}

/** A line of the waterfall. */
export function WaterfallRow({
  state,
  model,
  position,
  line,
  top,
  isCursor,
  isFocusable,
  isCollapsed,
  isSelected,
  matches,
  picked,
}: RowProps) {
  const { display } = model;
  const texts = textsOfLine(model, position);
  const row = rowAt(display, position);
  const level = display.levels[position] as number;
  const canExpand = hasBelow(display, position);
  const isGroup = groupAt(display, position) !== undefined;
  const isMatch = !isGroup && matches?.rows[row] === 1;
  const isPicked = !isGroup && picked?.rows[row] === 1;
  const classes = [
    'waterfall-row',
    isCursor && 'is-cursor',
    isSelected && 'is-selected',
    isMatch && 'is-match',
    isPicked && 'is-picked',
    matches !== undefined && !isMatch && 'is-dim',
    texts.isFailed && 'is-failed',
  ].filter(Boolean);
  const onClick = (event: MouseEvent): void => {
    const isTwisty = (event.target as HTMLElement).closest('.twisty') !== null;
    state.cursor.value = position;
    if ((isTwisty || isGroup) && canExpand) state.toggle(position);
    else state.openDetails(position);
  };
  return (
    // The keys of the screen do what a click does.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      role="row"
      class={classes.join(' ')}
      style={{ top: `${top}px` }}
      data-position={position}
      tabIndex={isFocusable ? 0 : -1}
      aria-rowindex={line + 2}
      aria-level={level + 1}
      aria-setsize={display.siblingCounts[position]}
      aria-posinset={display.siblingIndexes[position]}
      aria-expanded={canExpand ? !isCollapsed : undefined}
      aria-selected={isSelected}
      aria-label={texts.label}
      onClick={onClick}
      onDblClick={() => {
        if (!isGroup) state.toggle(position);
      }}
      onFocus={() => {
        state.cursor.value = position;
      }}
    >
      <div
        role="gridcell"
        class="cell-name"
        style={{ paddingLeft: `${Math.min(level, MAX_INDENTED_LEVELS) * INDENT_PIXELS + 2}px` }}
        title={`${texts.service} ${texts.name}`}
      >
        <span class="twisty">{canExpand ? (isCollapsed ? '▸' : '▾') : ''}</span>
        {level > MAX_INDENTED_LEVELS && <small>{level}</small>}
        <ServiceMark service={texts.service} />
        {showsService(model, position) && <span class="service">{texts.service}</span>}
        <span class="name">{texts.name}</span>
        {texts.kind !== '' && <small>{texts.kind}</small>}
        {texts.answer !== '' && <small class={texts.isFailed ? 'bad' : ''}>{texts.answer}</small>}
        {texts.isFailed && <b class="bad">✗</b>}
        {texts.openState !== '' && <b>◌ {texts.openState}</b>}
      </div>
      <div role="gridcell" class="cell-own">
        {texts.own}
      </div>
      <div role="gridcell" class="cell-time" />
    </div>
  );
}

/** The service is written where it changes: on every row it would be noise. */
function showsService({ display, trace }: TraceModel, position: number): boolean {
  const parent = display.parents[position] as number;
  if (parent === -1) return true;
  const service = trace.services[rowAt(display, position)];
  return service !== undefined && service !== trace.services[rowAt(display, parent)];
}
