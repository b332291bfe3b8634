import { maskMessage } from '../../context/index.js';
import type { DatabaseOperation } from '../database-operation.js';
import { endStream } from '../watch-query.js';

/**
 * Ends the span of a query that failed. Messages of the server repeat values without quotes, so of its errors only
 * the code and its name are shown; the driver repeats these messages in errors of its own.
 */
export function failCassandra(operation: DatabaseOperation, error: unknown): void {
  const { name, code, message } = (error ?? {}) as Record<string, unknown>;
  const isOfServer = typeof code === 'number';
  if (!isOfServer && name !== 'NoHostAvailableError') {
    // A reader that leaves a stream early is not a failure.
    endStream(operation, error);
    return;
  }
  const shown = isOfServer ? nameOfCode(code) : textBeforeDetails(message);
  operation.fail({ name, code: isOfServer ? code : undefined, message: shown });
  maskMessage(error, shown);
}

/** `docs/native_protocol_v5.spec`, section 9. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'server error',
  10: 'protocol error',
  256: 'authentication error',
  4096: 'unavailable',
  4097: 'overloaded',
  4098: 'is bootstrapping',
  4099: 'truncate error',
  4352: 'write timeout',
  4608: 'read timeout',
  4864: 'read failure',
  5120: 'function failure',
  5376: 'write failure',
  8192: 'syntax error',
  8448: 'unauthorized',
  8704: 'invalid',
  8960: 'config error',
  9216: 'already exists',
  9472: 'unprepared',
};

function nameOfCode(code: number): string {
  return NAMES[code] ?? `server error ${code}`;
}

/** Such as `All host(s) tried for query failed.` of a message that goes on with the error of a host. */
function textBeforeDetails(message: unknown): string {
  return typeof message === 'string' ? message.split('.', 1).join('') : '';
}
