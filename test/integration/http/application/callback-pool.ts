/** A pool whose callbacks run outside of all requests, as those of old libraries do. */
export class CallbackPool {
  readonly #waiting: (() => void)[] = [];
  readonly #timer = setInterval(() => {
    for (const callback of this.#waiting.splice(0)) callback();
  }, 1);

  run(callback: () => void): void {
    this.#waiting.push(callback);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
