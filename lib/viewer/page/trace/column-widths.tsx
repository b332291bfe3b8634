import { signal } from '@preact/signals';

/** The columns whose width can be set, in pixels; the timeline gets the rest. */
export type ColumnName = 'name' | 'own' | 'details';

const DEFAULTS: Readonly<Record<ColumnName, number>> = { name: 380, own: 84, details: 400 };
const LIMITS: Readonly<Record<ColumnName, readonly [number, number]>> = {
  name: [120, 1_200],
  own: [50, 200],
  details: [240, 1_000],
};
const STORAGE_KEY = 'nestjs-traced-columns';

/** The widths, remembered by the browser. */
export const columnWidths = signal(readWidths());

/** Sets a width, within its limits. */
export function setColumnWidth(name: ColumnName, width: number): void {
  const [least, most] = LIMITS[name];
  const widths = { ...columnWidths.peek(), [name]: Math.min(most, Math.max(least, width)) };
  columnWidths.value = widths;
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(widths));
  } catch {
    // Browsers can forbid storage; the widths then last as long as the page.
  }
}

function readWidths(): Readonly<Record<ColumnName, number>> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    const valid = Object.entries(stored ?? {}).filter(
      ([name, width]) => name in DEFAULTS && Number.isFinite(width),
    );
    return { ...DEFAULTS, ...Object.fromEntries(valid) };
  } catch {
    return DEFAULTS;
  }
}

const STEP_PIXELS = 16;
const WORDS: Readonly<Record<ColumnName, string>> = {
  name: 'the column of names',
  own: 'the column of own times',
  details: 'the details',
};

/** The edge of a column, to drag or to move with the arrow keys. */
export function ColumnEdge({
  name,
  grows = 1,
}: {
  readonly name: ColumnName;
  /** 1 if the column becomes wider to the right, -1 if to the left. */
  readonly grows?: 1 | -1;
}) {
  const width = columnWidths.value[name];
  const onPointerDown = (event: PointerEvent): void => {
    const edge = event.currentTarget as HTMLElement;
    const from = event.clientX;
    event.preventDefault();
    event.stopPropagation();
    edge.setPointerCapture(event.pointerId);
    edge.onpointermove = ({ clientX }) => setColumnWidth(name, width + (clientX - from) * grows);
    edge.onpointerup = () => {
      edge.onpointermove = null;
    };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setColumnWidth(name, width + direction * grows * STEP_PIXELS);
  };
  return (
    <div
      class="column-edge"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={`Width of ${WORDS[name]}`}
      aria-valuenow={Math.round(width)}
      aria-valuemin={LIMITS[name][0]}
      aria-valuemax={LIMITS[name][1]}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
