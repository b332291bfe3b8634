import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Spans may hold what not every user of a machine is to read. */
const MODE = 0o600;

/**
 * The file that is being written. Nothing is left half: a line that could not be written in full is
 * cut off again, and the finished file comes to its name in one step.
 */
export class SpanFile {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #lengthBytes = 0;

  /**
   * @param path of the file while it is written
   * @param onGone called when somebody removed the file, with all that was written to it
   */
  constructor(
    path: string,
    private readonly onGone: () => void = () => {},
  ) {
    this.#path = path;
  }

  /** Bytes that were written and stand. */
  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  /**
   * Appends a chunk in full or not at all. Makes the directory and the file where they are gone.
   *
   * @throws Error by rejection, when the disk takes no more; the next call tries afresh
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
      // Where that fails too, the next chunk is written over what stands there.
      await handle.truncate(this.#lengthBytes).catch(() => {});
      throw error;
    }
  }

  /** Brings what was written to the disk and under its final name. @throws Error by rejection */
  async handOver(finalPath: string): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#lengthBytes = 0;
    try {
      await handle?.datasync();
    } finally {
      await handle?.close();
      await rename(this.#path, finalPath);
    }
  }

  /** Closes the file, and removes it: for one that nothing could be written to. Never rejects. */
  async discard(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#handle = undefined;
    this.#lengthBytes = 0;
    await handle.close().catch(() => {});
    await unlink(this.#path).catch(() => {});
  }

  async #open(): Promise<FileHandle> {
    if (this.#handle !== undefined && (await this.#isInPlace(this.#handle))) return this.#handle;
    if (this.#lengthBytes > 0) this.onGone();
    await this.#handle?.close().catch(() => {});
    this.#handle = undefined;
    this.#lengthBytes = 0;
    await mkdir(dirname(this.#path), { recursive: true });
    const handle = await open(this.#path, 'w', MODE);
    this.#handle = handle;
    return handle;
  }

  /** A file that was removed still takes all that is written to it, and shows it to nobody. */
  async #isInPlace(handle: FileHandle): Promise<boolean> {
    try {
      const [there, ours] = await Promise.all([stat(this.#path), handle.stat()]);
      return there.ino === ours.ino && there.dev === ours.dev;
    } catch {
      return false;
    }
  }
}
