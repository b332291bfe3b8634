/**
 * A thenable as query builders are: it has methods of its own, is no promise, and starts its work each
 * time `then` is called.
 */
export class LazyQuery<T> implements PromiseLike<T> {
  readonly #work: () => T | PromiseLike<T>;
  // Private, so that a frozen query counts too.
  #starts = 0;

  constructor(work: () => T | PromiseLike<T>) {
    this.#work = work;
  }

  get starts(): number {
    return this.#starts;
  }

  toSql(): string {
    return 'SELECT 1';
  }

  // biome-ignore lint/suspicious/noThenProperty: being a thenable is what it is for
  then<R = T, E = never>(
    onFulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onRejected?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    this.#starts++;
    return new Promise<T>((resolve) => resolve(this.#work())).then(onFulfilled, onRejected);
  }
}
