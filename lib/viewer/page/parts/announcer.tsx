import { signal } from '@preact/signals';

/** A screen reader that is interrupted more often says nothing to its end. */
const MIN_MILLIS = 3_000;

const announced = signal('');
let pending: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says something to users of screen readers, and shows nothing. Of many messages the latest is said. */
export function announce(message: string): void {
  pending = message;
  if (timer !== undefined) return;
  const say = (): void => {
    timer = undefined;
    if (pending === undefined) return;
    announced.value = pending;
    pending = undefined;
    timer = setTimeout(say, MIN_MILLIS);
  };
  say();
}

/** The live region that screen readers read out. */
export function Announcer() {
  return (
    <div class="unseen" role="status">
      {announced}
    </div>
  );
}
