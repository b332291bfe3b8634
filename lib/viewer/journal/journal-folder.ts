import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SEGMENT_NAME = /^\d{8}\.journal$/;
const NAME_DIGITS = 8;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHERS = 0o077;
/** Undefined on Windows, where the folder for temporary files belongs to the user. */
const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_RDWR } = constants;

/** The folder of the journal of a port. */
export function journalFolderOf(port: number, base: string = tmpdir()): string {
  return join(base, `nestjs-traced-${process.getuid?.() ?? 'user'}`, String(port));
}

/**
 * The folder with the segments of a journal. Spans can hold what others must not read, and the folder for
 * temporary files is open to all users of a machine: so folders and files belong to the user alone, and nothing is
 * used that another user could have put there.
 */
export class JournalFolder {
  readonly #path: string;

  /**
   * Creates the folder if it is missing, and the one above.
   *
   * @throws Error if it cannot be used
   */
  constructor(path: string) {
    this.#path = path;
    for (const folder of [join(path, '..'), path]) {
      mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
      const stats = lstatSync(folder);
      if (!stats.isDirectory()) throw new Error(`${folder} is not a folder`);
      checkOwner(folder, stats);
    }
  }

  /** The names of the segments, from the oldest to the newest. */
  segments(): string[] {
    return readdirSync(this.#path)
      .filter((name) => SEGMENT_NAME.test(name))
      .sort();
  }

  /** The name of the segment after another one. */
  nameAfter(last: string | undefined): string {
    const number = last === undefined ? 1 : Number.parseInt(last, 10) + 1;
    return `${String(number).padStart(NAME_DIGITS, '0')}.journal`;
  }

  /** Creates a segment. @throws Error if it is there already */
  create(name: string): number {
    return openSync(join(this.#path, name), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
  }

  /** Opens a segment. @throws Error for a link, and for a file of somebody else */
  open(name: string): number {
    const path = join(this.#path, name);
    const file = openSync(path, O_RDWR | O_NOFOLLOW);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw new Error(`${path} is not a file`);
      checkOwner(path, stats);
      return file;
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  /** Removes a segment, if it is there. @throws Error if that is not possible */
  remove(name: string): void {
    rmSync(join(this.#path, name), { force: true });
  }
}

function checkOwner(path: string, { uid, mode }: Stats): void {
  if (process.getuid === undefined) return;
  if (uid !== process.getuid()) throw new Error(`${path} belongs to another user`);
  if ((mode & OTHERS) !== 0) throw new Error(`${path} is open to other users`);
}
