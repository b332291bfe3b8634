import { join } from 'node:path';

const EXTENSION = '.jsonl';
const PART_EXTENSION = '.jsonl.part';

/** The files of spans in one directory. Their names sort by age. */
export class SpanDirectory {
  readonly #directory: string;
  readonly #prefix: string;
  readonly #maxFileCount: number;
  #lastName = '';

  /** @param maxFileCount finished files to keep; older ones are removed */
  constructor(directory: string, prefix: string, maxFileCount: number) {
    this.#directory = directory;
    this.#prefix = prefix;
    this.#maxFileCount = maxFileCount;
  }

  /** The path of the unfinished file. */
  get partPath(): string {
    return join(this.#directory, `${this.#prefix}${PART_EXTENSION}`);
  }

  /** A new path for a finished file, which sorts behind all earlier ones. */
  nextPath(nowEpochMillis: number): string {
    const time = new Date(nowEpochMillis).toISOString().replaceAll(/[-:.]/g, '');
    const name = `${this.#prefix}-${time}`;
    this.#lastName =
      name > this.#lastName.slice(0, name.length) ? `${name}-0000` : successor(this.#lastName);
    return join(this.#directory, this.#lastName + EXTENSION);
  }

  /** Finishes the file that a crashed process left behind. @returns whether there was one */
  async adoptPart(nowEpochMillis: number): Promise<boolean> {
    try {
      const { rename, stat } = process.getBuiltinModule('node:fs/promises');
      const { size } = await stat(this.partPath);
      if (size === 0) return false;
      await rename(this.partPath, this.nextPath(nowEpochMillis));
      return true;
    } catch {
      return false;
    }
  }

  /** Removes the oldest files. @returns how many; @throws Error by rejection */
  async prune(): Promise<number> {
    const { readdir, unlink } = process.getBuiltinModule('node:fs/promises');
    const names = (await readdir(this.#directory)).filter((name) => this.#isOurs(name)).sort();
    const excess = names.slice(0, Math.max(0, names.length - this.#maxFileCount));
    for (const name of excess) await unlink(join(this.#directory, name));
    return excess.length;
  }

  #isOurs(name: string): boolean {
    const { length } = this.#prefix;
    return (
      name.startsWith(`${this.#prefix}-`) &&
      /^-\d{8}T\d{9}Z-\d{4,}\.jsonl$/.test(name.slice(length))
    );
  }
}

/** The name after one that ends in a number of four digits. */
function successor(name: string): string {
  const number = Number(name.slice(-4)) + 1;
  return name.slice(0, -4) + String(number).padStart(4, '0');
}
