import { SpanStatusCode } from '@opentelemetry/api';
import {
  contextStorage,
  type EntryOperation,
  type LocalSpan,
  type TracingContext,
} from '../context/index.js';
import { ERROR_TYPE } from './attributes.js';

/** The number of recorded exceptions. */
const MAX_EXCEPTIONS = 8;

/**
 * The processing of one job and its span. It holds no job: a timer or cache that keeps the context also
 * keeps the operation.
 */
export class JobOperation implements EntryOperation {
  /** The active context while the job is processed. */
  readonly context: TracingContext;
  /** False until the code that processes the job has taken the operation, which begins earlier. */
  isTaken = false;
  /** The id of the job; undefined if it is not known yet. */
  jobId: string | undefined = undefined;
  private hasFailed = false;
  private exceptionCount = 0;

  /**
   * @param extracted the context that was extracted from the job
   * @param open the open operations of the application
   */
  constructor(
    readonly span: LocalSpan,
    extracted: TracingContext,
    private readonly open: Set<JobOperation>,
  ) {
    this.context = extracted.withEntry(span, this);
    if (span.isRecording()) open.add(this);
  }

  get entrySpan(): LocalSpan {
    return this.span;
  }

  exceptionCaught(exception: unknown): void {
    if (this.exceptionCount === MAX_EXCEPTIONS) return;
    this.exceptionCount++;
    this.span.recordExceptionOnce(exception);
  }

  /** Records that this attempt to process the job failed. Only the first call has an effect. */
  failed(error: unknown): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.span.recordError(error);
  }

  /** Like {@link failed}, if only the message of the error is known. */
  failedBecause(message: string | undefined): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.span.setAttribute(ERROR_TYPE, '_OTHER');
    this.span.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  /** Only the first call has an effect. */
  finish(): void {
    this.open.delete(this);
    this.span.end();
  }
}

/** Returns the operation of the job that is processed in the active context. */
export function activeJobOperation(): JobOperation | undefined {
  const { entry } = contextStorage.active();
  return entry instanceof JobOperation ? entry : undefined;
}
