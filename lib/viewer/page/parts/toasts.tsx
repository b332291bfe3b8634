import { useEffect } from 'preact/hooks';
import { dropToast, toasts } from '../state/toasts.js';
import { announce } from './announcer.js';

/** Short messages in the corner of the page. */
export function Toasts() {
  const shown = toasts.value;
  const latest = shown.at(-1)?.text;
  useEffect(() => {
    if (latest !== undefined) announce(latest);
  }, [latest]);
  return (
    <section class="toasts" aria-label="Messages" hidden={shown.length === 0}>
      <ul>
        {shown.map(({ id, kind, text }) => (
          <li key={id} class={`toast toast-${kind}`}>
            <span aria-hidden="true">{kind === 'done' ? '✓' : '✗'}</span>
            <span class="toast-text">{text}</span>
            <button type="button" aria-label="Close message" onClick={() => dropToast(id)}>
              ✕
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
