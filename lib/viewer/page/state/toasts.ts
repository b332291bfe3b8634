import { signal } from '@preact/signals';
import { ServerError } from './server.js';

/** A short message in the corner of the page. */
export interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
}

const SHOWN_MILLIS = 8_000;
const MAX_TOASTS = 4;

/** The messages that are shown, the oldest first. */
export const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** Shows a message for a while. An equal message that is shown already is not repeated. */
export function showToast(kind: Toast['kind'], text: string): void {
  const others = toasts.peek().filter((toast) => toast.text !== text);
  const toast = { id: ++lastId, kind, text };
  toasts.value = [...others, toast].slice(-MAX_TOASTS);
  setTimeout(() => dropToast(toast.id), SHOWN_MILLIS);
}

/** Takes a message away. */
export function dropToast(id: number): void {
  toasts.value = toasts.peek().filter((toast) => toast.id !== id);
}

/** Shows why something did not work. @param what such as `The trace was not starred` */
export function showFailure(what: string, error: unknown): void {
  showToast('failed', `${what}: ${reasonOf(error)}`);
}

/** Why a request failed, for people. */
export function reasonOf(error: unknown): string {
  if (error instanceof ServerError) return error.message || `status ${error.status}`;
  // `fetch` rejects with a TypeError where nothing answers; its text differs between browsers.
  return error instanceof TypeError ? 'the viewer does not answer.' : String(error);
}
