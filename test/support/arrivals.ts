/** Values in the order in which they arrive. They can be taken before and after their arrival. */
export class Arrivals<T> {
  readonly #values: T[] = [];
  readonly #takers: ((value: T) => void)[] = [];

  add(value: T): void {
    const take = this.#takers.shift();
    if (take === undefined) this.#values.push(value);
    else take(value);
  }

  next(): Promise<T> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift() as T);
    return new Promise((resolve) => this.#takers.push(resolve));
  }
}
