/** Collects the words of a summary: operations, each with its targets. */
export class SqlSummary {
  readonly #operations: SqlOperation[] = [];
  #length = 0;

  /** Whether no more words fit into the summary. */
  get isFull(): boolean {
    return this.#length > MAX_LENGTH;
  }

  /** The name of the latest operation. */
  get lastName(): string | undefined {
    return this.#operations[this.#operations.length - 1]?.name;
  }

  /** Adds an operation. Its targets are added to the returned object. */
  begin(name: string): SqlOperation {
    const operation = new SqlOperation(name, (length) => {
      this.#length += length + 1;
    });
    this.#length += name.length + 1;
    this.#operations.push(operation);
    return operation;
  }

  /**
   * The words that fit; undefined if there are none. Equal operations in a row, such as the parts of a
   * UNION or several INSERT statements, appear once.
   */
  toString(): string | undefined {
    const words = this.#shownOperations().flatMap(({ name, targets }) => [name, ...targets]);
    let text = '';
    for (const word of words) {
      if (text.length + word.length + 1 > MAX_LENGTH) break;
      text += text === '' ? word : ` ${word}`;
    }
    return text === '' ? undefined : text;
  }

  #shownOperations(): readonly SqlOperation[] {
    const reading = this.#operations.filter((operation) => !operation.readsOnlyCommonTables);
    const all = reading.length === 0 ? this.#operations : reading;
    const [last] = all.slice(-1);
    return all.filter(
      (operation, index) =>
        !operation.equals(all[index - 1]) &&
        !(operation.isDistinctOfSubquery && operation !== last),
    );
  }
}

/** One operation of a summary. */
export class SqlOperation {
  readonly targets: string[] = [];
  readonly #onAdd: (length: number) => void;
  readonly #known = new Set<string>();
  #readsCommonTable = false;
  isDistinct = false;
  readsSubquery = false;

  constructor(
    public name: string,
    onAdd: (length: number) => void,
  ) {
    this.#onAdd = onAdd;
  }

  /** Whether it reads only common table expressions, so that it says nothing about the database. */
  get readsOnlyCommonTables(): boolean {
    return this.#readsCommonTable && this.targets.length === 0;
  }

  /**
   * Whether it is a `SELECT DISTINCT` of a subquery only: it removes duplicates from the result of the
   * next operation. TypeORM sends such queries to read a page of entities.
   */
  get isDistinctOfSubquery(): boolean {
    return this.isDistinct && this.readsSubquery && this.targets.length === 0;
  }

  equals(other: SqlOperation | undefined): boolean {
    return (
      other !== undefined &&
      this.name === other.name &&
      this.targets.length === other.targets.length &&
      this.targets.every((target, index) => target === other.targets[index])
    );
  }

  add(target: string): void {
    if (target.length > MAX_LENGTH || this.#known.has(target)) return;
    this.#known.add(target);
    this.targets.push(target);
    this.#onAdd(target.length);
  }

  addCommonTable(): void {
    this.#readsCommonTable = true;
  }

  /** Removes the targets: they are aliases that the text defines later. */
  clear(): void {
    this.targets.length = 0;
    this.#known.clear();
  }
}

const MAX_LENGTH = 255;
