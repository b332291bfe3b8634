/** What the heap orders. */
export interface Weighted {
  weight: number;
  /** The place in the heap; -1 outside of it. Only the heap writes it. */
  heapIndex: number;
}

/** Gives the heaviest of many things whose weights change; each change takes logarithmic time. */
export class MaxHeap<T extends Weighted> {
  readonly #items: T[] = [];

  get heaviest(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item, or moves it after its weight has changed. */
  update(item: T): void {
    if (item.heapIndex === -1) {
      item.heapIndex = this.#items.length;
      this.#items.push(item);
    }
    this.#rise(item);
    this.#sink(item);
  }

  remove(item: T): void {
    const index = item.heapIndex;
    if (index === -1) return;
    const last = this.#items.pop() as T;
    item.heapIndex = -1;
    if (last === item) return;
    this.#place(last, index);
    this.update(last);
  }

  clear(): void {
    for (const item of this.#items) item.heapIndex = -1;
    this.#items.length = 0;
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }

  #rise(item: T): void {
    while (item.heapIndex > 0) {
      const index = item.heapIndex;
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex] as T;
      if (parent.weight >= item.weight) return;
      this.#place(parent, index);
      this.#place(item, parentIndex);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const index = item.heapIndex;
      const left = this.#items[2 * index + 1];
      const right = this.#items[2 * index + 2];
      if (left === undefined) return;
      const child = right !== undefined && right.weight > left.weight ? right : left;
      if (child.weight <= item.weight) return;
      const childIndex = child.heapIndex;
      this.#place(child, index);
      this.#place(item, childIndex);
    }
  }
}
