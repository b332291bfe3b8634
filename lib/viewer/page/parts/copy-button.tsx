import { useSignal } from '@preact/signals';
import { copyText } from './copy-text.js';

const SHOWN_MILLIS = 1_500;

/** A button that copies a text, and shows for a moment that it has. */
export function CopyButton({
  text,
  what,
  label,
}: {
  /** The text, or how to make it. */
  readonly text: string | (() => string);
  /** For screen readers: `the value of http.route`. */
  readonly what: string;
  readonly label: string;
}) {
  const isCopied = useSignal(false);
  const copy = async (): Promise<void> => {
    isCopied.value = await copyText(typeof text === 'string' ? text : text(), what);
    if (isCopied.value) setTimeout(() => (isCopied.value = false), SHOWN_MILLIS);
  };
  return (
    <button type="button" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      {isCopied.value ? '✓' : label}
    </button>
  );
}
