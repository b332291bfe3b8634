/** The words of a summary while it is made: operations, each with its targets. */
export class SqlSummary {
  readonly #operations: SqlOperation[] = [];
  #length = 0;

  /** True when nothing more would fit in. */
  get isFull(): boolean {
    return this.#length > MAX_LENGTH;
  }

  /** The name of the operation that was begun last. */
  get lastName(): string | undefined {
    return this.#operations[this.#operations.length - 1]?.name;
  }

  /** Begins an operation; targets are added to what is returned. */
  begin(name: string): SqlOperation {
    const operation = new SqlOperation(name, (length) => {
      this.#length += length + 1;
    });
    this.#length += name.length + 1;
    this.#operations.push(operation);
    return operation;
  }

  /** The words that fit in; undefined if there is none. */
  toString(): string | undefined {
    const told = this.#operations.filter((operation) => !operation.isOfNamesMade);
    const words = (told.length === 0 ? this.#operations : told).flatMap(({ name, targets }) => [
      name,
      ...targets,
    ]);
    let text = '';
    for (const word of words) {
      if (text.length + word.length + 1 > MAX_LENGTH) break;
      text += text === '' ? word : ` ${word}`;
    }
    return text === '' ? undefined : text;
  }
}

/** One operation of a summary. */
export class SqlOperation {
  readonly targets: string[] = [];
  readonly #onAdd: (length: number) => void;
  readonly #known = new Set<string>();
  #hasNamesMade = false;

  constructor(
    public name: string,
    onAdd: (length: number) => void,
  ) {
    this.#onAdd = onAdd;
  }

  /** True if all that it reads was made by the query itself: it says nothing about the database. */
  get isOfNamesMade(): boolean {
    return this.#hasNamesMade && this.targets.length === 0;
  }

  add(target: string): void {
    if (target.length > MAX_LENGTH || this.#known.has(target)) return;
    this.#known.add(target);
    this.targets.push(target);
    this.#onAdd(target.length);
  }

  addNameMade(): void {
    this.#hasNamesMade = true;
  }

  /** Forgets the targets so far: they were names given further on. */
  clear(): void {
    this.targets.length = 0;
    this.#known.clear();
  }
}

const MAX_LENGTH = 255;
