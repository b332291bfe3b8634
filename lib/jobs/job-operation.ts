import { SpanStatusCode } from '@opentelemetry/api';
import { contextStorage, errorTypeOf } from '../context/index.js';
import { IncomingOperation } from '../operation/index.js';
import { ERROR_TYPE } from './attributes.js';

/** The processing of one job and its span. It holds no job. `JobHandler` begins it. */
export class JobOperation extends IncomingOperation {
  /** False until the code that processes the job has taken the operation, which begins earlier. */
  isTaken = false;
  /** The id of the job; undefined if it is not known yet. */
  jobId: string | undefined = undefined;
  private hasFailed = false;

  /** Records that this attempt to process the job failed. Only the first call has an effect. */
  failed(error: unknown): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.errorType = errorTypeOf(error);
    this.span.recordError(error);
  }

  /** Like {@link failed}, if only the message of the error is known. */
  failedBecause(message: string | undefined): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.errorType = '_OTHER';
    this.span.setAttribute(ERROR_TYPE, this.errorType);
    this.span.setStatus({ code: SpanStatusCode.ERROR, message });
  }
}

/** Returns the operation of the job that is processed in the active context. */
export function activeJobOperation(): JobOperation | undefined {
  const { entry } = contextStorage.active();
  return entry instanceof JobOperation ? entry : undefined;
}
