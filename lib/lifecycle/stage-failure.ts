import type { LocalSpan } from '../context/index.js';
import { isClientAnswer } from '../operation/index.js';

/**
 * Records what a stage throws. An exception that answers the client, such as `UnauthorizedException`, is no
 * error of the server: the span gets the exception, and keeps its status. Does not throw.
 */
export function recordStageFailure(span: LocalSpan, exception: unknown): void {
  if (isClientAnswer(exception)) span.recordExceptionOnce(exception);
  else span.recordError(exception);
}
