import { appended } from './short-list.js';

/** Up to this length, a look through all values is quicker and smaller than a map. */
const MAX_SCANNED = 8;

/** Gives each value a number, from 0 in the order in which the values come. Most traces have few of each. */
export class NumberedList<T> {
  #values: T[] = [];
  #numbers: Map<T, number> | undefined;

  /** The values by their numbers. */
  get values(): readonly T[] {
    return this.#values;
  }

  /** @returns the number of a value; -1 if it has none */
  numberOf(value: T): number {
    return this.#numbers === undefined
      ? this.#values.indexOf(value)
      : (this.#numbers.get(value) ?? -1);
  }

  /** Gives a value that has no number the next one. */
  add(value: T): number {
    const number = this.#values.length;
    this.#values = appended(this.#values, value);
    if (this.#numbers !== undefined) this.#numbers.set(value, number);
    else if (number === MAX_SCANNED) {
      this.#numbers = new Map(this.#values.map((each, index) => [each, index]));
    }
    return number;
  }
}
