import type { IncomingMessage, ServerResponse } from 'node:http';
import { VERSION } from '../../version.js';

/** By this header other processes recognise a viewer, also one that refuses to answer. */
export const VIEWER_HEADER = 'x-nestjs-traced-viewer';

/** Headers of every response. No page can embed, frame or read it, and browsers guess no type. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  [VIEWER_HEADER]: VERSION,
};

/** How much may wait for readers in all responses together. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
/** A response that nobody reads is given up after this time. */
export const UNREAD_MILLIS = 30_000;
/** How long the rest of a refused body is read, so that its sender gets to reading the response. */
const DRAIN_MILLIS = 2_000;

/** Writes responses, and bounds the memory of those that are not read. */
export class Answers {
  #pendingBytes = 0;

  /** The bytes that readers have not taken yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  json(response: ServerResponse, status: number, value: unknown): void {
    this.send(response, status, 'application/json', Buffer.from(JSON.stringify(value)));
  }

  text(response: ServerResponse, status: number, text: string): void {
    this.send(response, status, 'text/plain; charset=utf-8', Buffer.from(text));
  }

  send(response: ServerResponse, status: number, contentType: string, body: Buffer): void {
    if (response.headersSent || response.destroyed) return;
    // An answer to everybody who still reads is better than none to anybody.
    if (this.#pendingBytes > MAX_PENDING_BYTES && status === 200) {
      response.writeHead(503, { 'retry-after': '5' }).end();
      return;
    }
    response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
    this.#pendingBytes += body.length;
    response.once('close', () => {
      this.#pendingBytes -= body.length;
    });
    response.setTimeout(UNREAD_MILLIS, () => response.destroy());
    response.end(body);
  }
}

/** Reads and drops the rest of a body. A response before that could be lost with the connection. */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MILLIS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.once('end', done).once('close', done).once('error', done).resume();
  });
}
