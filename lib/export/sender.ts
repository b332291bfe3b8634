/** Sends encoded spans, log records or metrics to one destination: a server, or a file. */
export interface Sender {
  /** Whether overlapping calls of `send` end earlier than one after the other: true for a server, false for a file. */
  readonly isFasterInParallel: boolean;
  /**
   * Sends a body, again where the protocol allows it. Called with tracing suppressed; calls may overlap.
   *
   * @returns the response of a destination that accepted the body
   * @throws Error by rejection, with the reason that the destination gave, if any; a {@link SendError}
   *   whose `isTooLong` is true if a shorter body may be accepted
   */
  send(body: Buffer, control: SendControl): Promise<SenderResponse>;
  /**
   * Completes the destination, such as a file, so that others can read it.
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
  /**
   * Moves a deadline that passed so long ago that the process must have been stopped: the time for the export begins
   * again. To be called before the deadline is read after a wait.
   */
  restartIfStopped?(): void;
  /** Aborted with an error when the processor gives the export up: `send` rejects at once. */
  readonly signal: AbortSignal | undefined;
  /** Called before each further try, with the error of the last one. */
  readonly onRetry: (error: Error) => void;
}

/** The reason of the processor that gave an export up. */
export function abortReason(signal: AbortSignal | undefined): string {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason.message : String(reason);
}

/** The response of a destination that accepted a body. */
export interface SenderResponse {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

/** The error of a body that was not delivered. */
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
