import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** For the owner only: spans may hold private data. */
const MODE = 0o600;

/**
 * The file that is being written. It contains complete lines only: an incomplete line is cut off, and a
 * finished file gets its name in one step.
 */
export class SpanFile {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #lengthBytes = 0;

  /**
   * @param path path of the file while it is written
   * @param onGone called when another program has removed the file with its lines
   */
  constructor(
    path: string,
    private readonly onGone: () => void = () => {},
  ) {
    this.#path = path;
  }

  /** Bytes of the complete lines in the file. */
  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  /**
   * Appends a chunk. If the write fails, removes the part that was written. Creates the directory and the
   * file if they do not exist.
   *
   * @throws Error by rejection, if the chunk cannot be written, for example because the disk is full. A
   *   later call only writes its own chunk.
   */
  async append(chunk: Buffer): Promise<void> {
    const handle = await this.#open();
    try {
      let writtenCount = 0;
      while (writtenCount < chunk.length) {
        const { bytesWritten } = await handle.write(
          chunk,
          writtenCount,
          chunk.length - writtenCount,
          this.#lengthBytes + writtenCount,
        );
        writtenCount += bytesWritten;
      }
      this.#lengthBytes += chunk.length;
    } catch (error) {
      // If that fails too, the next chunk overwrites the rest.
      await handle.truncate(this.#lengthBytes).catch(() => {});
      throw error;
    }
  }

  /** Syncs the file to the disk and moves it to its final name. @throws Error by rejection */
  async finish(finalPath: string): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#lengthBytes = 0;
    try {
      await handle?.datasync();
    } finally {
      await handle?.close();
      await process.getBuiltinModule('node:fs/promises').rename(this.#path, finalPath);
    }
  }

  /** Closes and removes a file without any complete line. Never rejects. */
  async discard(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#handle = undefined;
    this.#lengthBytes = 0;
    await handle.close().catch(() => {});
    await process
      .getBuiltinModule('node:fs/promises')
      .unlink(this.#path)
      .catch(() => {});
  }

  async #open(): Promise<FileHandle> {
    if (this.#handle !== undefined && (await this.#isInPlace(this.#handle))) return this.#handle;
    if (this.#lengthBytes > 0) this.onGone();
    await this.#handle?.close().catch(() => {});
    this.#handle = undefined;
    this.#lengthBytes = 0;
    const { mkdir, open } = process.getBuiltinModule('node:fs/promises');
    await mkdir(dirname(this.#path), { recursive: true });
    const handle = await open(this.#path, 'w', MODE);
    this.#handle = handle;
    return handle;
  }

  /** False where the file was removed: writes to it would still succeed, and be lost. */
  async #isInPlace(handle: FileHandle): Promise<boolean> {
    try {
      const { stat } = process.getBuiltinModule('node:fs/promises');
      const [there, ours] = await Promise.all([stat(this.#path), handle.stat()]);
      return there.ino === ours.ino && there.dev === ours.dev;
    } catch {
      return false;
    }
  }
}
