import { maskMessage } from '../../context/index.js';
import type { DatabaseOperation } from '../database-operation.js';
import { endStream } from '../watch-query.js';

/**
 * Ends the span of a query that failed. Messages of the server repeat parts of the query without quotes, so of its
 * errors only the number and its name, such as `UNKNOWN_TABLE`, are shown.
 */
export function failClickHouse(operation: DatabaseOperation, error: unknown): void {
  const { type, code, message: given } = (error ?? {}) as Record<string, unknown>;
  const isOfServer = typeof code === 'string' && /^\d+$/.test(code);
  if (!isOfServer) {
    // A reader that leaves early is not a failure: by the end of a loop, or by `close` of the result set.
    if (code === 'ERR_STREAM_PREMATURE_CLOSE' || given === CLOSED) operation.finish();
    else endStream(operation, error);
    return;
  }
  const message = typeof type === 'string' && /^\w+$/.test(type) ? type : `server error ${code}`;
  operation.fail({ name: 'ClickHouseError', code, message });
  maskMessage(error, message);
}

/** The message of the client when its user closes a result set. */
const CLOSED = 'ResultSet has been closed';
