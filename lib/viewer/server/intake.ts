import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { drain } from './answers.js';

const inflate = promisify(gunzip);
/** The longest body, sent and inflated. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** What all bodies that are being received may take together. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** A body that was not taken. */
export interface IntakeRefusal {
  readonly status: 400 | 413 | 415 | 429;
  readonly reason: string;
}

const TOO_LONG: IntakeRefusal = { status: 413, reason: 'The body is longer than 64 MiB.' };
const OVERLOADED: IntakeRefusal = {
  status: 429,
  reason: 'Too many requests are being received.',
};

/** The counts of bodies that gave no spans. */
export interface IntakeCounts {
  /** Bodies that cannot be read. */
  readonly unreadable: number;
  /** Bodies that are too long, or that came while too many others were received. */
  readonly overloaded: number;
}

/**
 * Receives the bodies of requests within a budget that all of them share. One body is inflated at a time: a
 * few kilobytes of gzip can become 64 MiB.
 */
export class Intake {
  #queuedBytes = 0;
  #inflating: Promise<unknown> = Promise.resolve();
  #unreadable = 0;
  #overloaded = 0;

  get counts(): IntakeCounts {
    return { unreadable: this.#unreadable, overloaded: this.#overloaded };
  }

  /** The bytes of all bodies that are being received. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Counts a body that was received and cannot be read. */
  countUnreadable(): void {
    this.#unreadable++;
  }

  /**
   * Receives a body and gives it to `use`, which runs while its memory is accounted for.
   *
   * @returns what `use` returns, or why it was not called; undefined if the sender has gone
   */
  async receive<T>(
    request: IncomingMessage,
    use: (body: Buffer) => T,
  ): Promise<T | IntakeRefusal | undefined> {
    const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
    if (encoding !== 'identity' && encoding !== 'gzip') {
      await drain(request);
      return { status: 415, reason: 'The Content-Encoding must be gzip, or none.' };
    }
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
      return this.#refuse(request, TOO_LONG);
    }
    let byteCount = 0;
    try {
      const body = await this.#read(request, (length) => {
        byteCount += length;
        this.#queuedBytes += length;
        if (byteCount > MAX_BODY_BYTES) return TOO_LONG;
        return this.#queuedBytes > MAX_QUEUED_BYTES ? OVERLOADED : undefined;
      });
      if (body === undefined) {
        this.#unreadable++;
        return undefined;
      }
      if (!Buffer.isBuffer(body)) return await this.#refuse(request, body);
      return encoding === 'identity' ? use(body) : await this.#useInflated(body, use);
    } finally {
      this.#queuedBytes -= byteCount;
    }
  }

  /** @returns the body, why it is refused, or undefined if the connection broke off */
  #read(
    request: IncomingMessage,
    refusalAfter: (length: number) => IntakeRefusal | undefined,
  ): Promise<Buffer | IntakeRefusal | undefined> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      const finish = (result: Buffer | IntakeRefusal | undefined): void => {
        request.off('data', onData).off('end', onEnd).off('close', onClose);
        resolve(result);
      };
      const onData = (chunk: Buffer): void => {
        const refusal = refusalAfter(chunk.length);
        if (refusal !== undefined) finish(refusal);
        else chunks.push(chunk);
      };
      const onEnd = (): void =>
        finish(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
      const onClose = (): void => finish(undefined);
      request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
    });
  }

  async #useInflated<T>(body: Buffer, use: (body: Buffer) => T): Promise<T | IntakeRefusal> {
    const before = this.#inflating;
    const work = (async () => {
      await before;
      try {
        return use(await inflate(body, { maxOutputLength: MAX_BODY_BYTES }));
      } catch (error) {
        if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
          this.#overloaded++;
          return { status: 413, reason: 'The inflated body is longer than 64 MiB.' } as const;
        }
        this.#unreadable++;
        return { status: 400, reason: 'The body is not gzip.' } as const;
      }
    })();
    this.#inflating = work;
    return work;
  }

  async #refuse(request: IncomingMessage, refusal: IntakeRefusal): Promise<IntakeRefusal> {
    this.#overloaded++;
    await drain(request);
    return refusal;
  }
}

/** Whether a result of {@link Intake.receive} is a refusal. */
export function isRefusal(result: object): result is IntakeRefusal {
  return 'reason' in result && 'status' in result;
}
