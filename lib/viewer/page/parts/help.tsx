import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { keyGroups } from '../state/keys.js';

const isOpen = signal(false);

/** Opens the list of keys. */
export function openHelp(): void {
  isOpen.value = true;
}

/** The keys of the current screen, in a dialog. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = isOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => (isOpen.value = false)}>
      <h2 id="help-title">Keys</h2>
      {open && keyGroups.value.map((group) => <KeyTable key={group.title} {...group} />)}
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

function KeyTable({ title, bindings }: (typeof keyGroups.value)[number]) {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">
        {bindings.map(({ keys, label }) => (
          <div key={label}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{KEY_NAMES[key] ?? key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What is printed on keys whose name in `KeyboardEvent` is another one. */
const KEY_NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageDown: 'Page ↓',
  PageUp: 'Page ↑',
  Escape: 'Esc',
};
