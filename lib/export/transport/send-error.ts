import type { HttpResponse } from './exchange.js';

/** Why a request was given up for good. */
export class SendError extends Error {
  override readonly name = 'SendError';

  constructor(
    message: string,
    /** What the server answered last, if it did. */
    readonly response?: HttpResponse,
  ) {
    super(message);
  }
}
