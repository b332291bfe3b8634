import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** What a key does. */
export interface KeyBinding {
  /**
   * Names as in `KeyboardEvent.key`, which tell apart `n` and `N`: all do the same. Two keys one after another are
   * written with a space: `g t`.
   */
  readonly keys: readonly string[];
  /** What the help says about it. */
  readonly label: string;
  readonly run: (event: KeyboardEvent) => void;
}

/** The bindings of what is on the screen, with the title of each group, for the help. */
export const keyGroups = signal<readonly KeyGroup[]>([]);

/** Bindings that appear and disappear together. */
export interface KeyGroup {
  readonly title: string;
  readonly bindings: readonly KeyBinding[];
}

/** Binds keys while a component is on the screen. Of equal keys, those of the latest component hold. */
export function useKeys(title: string, bindings: readonly KeyBinding[]): void {
  useEffect(() => {
    const group = { title, bindings };
    keyGroups.value = [...keyGroups.peek(), group];
    return () => {
      keyGroups.value = keyGroups.peek().filter((other) => other !== group);
    };
  }, [title, bindings]);
}

/** How long the second of two keys may take. */
const SECOND_KEY_MILLIS = 1_000;
let firstKey: { readonly key: string; readonly at: number } | undefined;

addEventListener('keydown', (event) => {
  const { key, ctrlKey, altKey, metaKey, target } = event;
  // Keys with modifiers belong to the browser and to aids.
  if (ctrlKey || altKey || metaKey || isTyping(target) || isButtonKey(key, target)) return;
  if (isInDialog(target)) return;
  const pair =
    firstKey !== undefined && event.timeStamp - firstKey.at < SECOND_KEY_MILLIS
      ? `${firstKey.key} ${key}`
      : undefined;
  const binding = (pair === undefined ? undefined : findBinding(pair)) ?? findBinding(key);
  firstKey = { key, at: event.timeStamp };
  if (binding === undefined) return;
  event.preventDefault();
  binding.run(event);
});

function findBinding(key: string): KeyBinding | undefined {
  for (const { bindings } of [...keyGroups.peek()].reverse()) {
    const binding = bindings.find(({ keys }) => keys.includes(key));
    if (binding !== undefined) return binding;
  }
  return undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, select, textarea');
}

/** Over an open dialog, keys are for the dialog: Escape closes it. */
function isInDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('dialog') !== null;
}

/** Enter and Space belong to the button or link that has the focus. */
function isButtonKey(key: string, target: EventTarget | null): boolean {
  const isPress = key === 'Enter' || key === ' ';
  return isPress && target instanceof HTMLElement && target.matches('button, a[href], summary');
}
