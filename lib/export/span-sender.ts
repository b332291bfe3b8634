/** Sends encoded spans to one destination: a server, or a file. */
export interface SpanSender {
  /**
   * Sends a body, again where the protocol allows it. Called with tracing suppressed; calls may overlap.
   *
   * @returns the response of a destination that accepted the body
   * @throws Error by rejection, with the reason that the destination gave, if any; a {@link SendError}
   *   whose `isTooLong` is true if a shorter body may be accepted
   */
  send(body: Buffer, control: SendControl): Promise<SenderResponse>;
  /**
   * Finishes what a reader of the destination must not see half-done.
   *
   * @default every body is complete when `send` resolves
   */
  flush?(): Promise<void>;
  /** Lets each `send` under way end within a second, without further tries, and refuses further ones. */
  endSoon(): void;
  /** Releases all resources. Called once every `send` has settled. */
  close(): Promise<void>;
}

/** The limits of one `send`. */
export interface SendControl {
  /** When to give up, by `performance.now()`. */
  readonly deadline: number;
  /** Aborted with an error when nobody waits for the body any more: `send` rejects at once. */
  readonly signal: AbortSignal | undefined;
  /** Called before each further try, with what made the try before it fail. */
  readonly onRetry: (error: Error) => void;
}

/** What the processor said when it gave an export up. */
export function abortReason(signal: AbortSignal | undefined): string {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason.message : String(reason);
}

/** The response of a destination that accepted a body. */
export interface SenderResponse {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

/** Why a body was given up for good. */
export class SendError extends Error {
  override readonly name = 'SendError';

  constructor(
    message: string,
    /** The status of HTTP; undefined without a response, and for other protocols. */
    readonly status?: number,
    /** True if the destination accepts shorter bodies only. */
    readonly isTooLong = false,
  ) {
    super(message);
  }
}
