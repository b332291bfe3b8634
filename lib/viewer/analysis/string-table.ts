/** Gives each text one number, counted from 0 in the order in which the texts come. */
export class StringTable {
  readonly #indexes = new Map<string, number>();
  readonly #strings: string[] = [];

  /** The texts by their numbers; the list grows with the table. */
  get strings(): readonly string[] {
    return this.#strings;
  }

  /** @returns the number of a text, a new one if the text is new */
  indexOf(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    const index = this.#strings.length;
    this.#indexes.set(text, index);
    this.#strings.push(text);
    return index;
  }
}
