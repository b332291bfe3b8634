import { SpanStatusCode } from '@opentelemetry/api';
import type { LocalSpan } from '../context/index.js';
import { DB_RESPONSE_STATUS_CODE, ERROR_TYPE } from './attributes.js';
import { innerErrorOf } from './mask-errors.js';
import { maskValues } from './mask-values.js';

/** What a span shows of a failed query. */
export interface DatabaseErrorDescription {
  /** The most specific code that the driver sets, else the name of the error's class. */
  readonly type: string;
  /** The SQLSTATE, else the database's own code; undefined if the error has neither. */
  readonly statusCode: string | undefined;
  /** Without the values of the query, see {@link maskValues}. */
  readonly message: string;
}

/** Describes whatever a driver threw. Never throws. */
export function describeDatabaseError(error: unknown): DatabaseErrorDescription {
  try {
    if (typeof error !== 'object' || error === null) {
      return { type: typeof error, statusCode: undefined, message: maskValues(String(error)) };
    }
    const { message, name } = error as Record<string, unknown>;
    const { code: ownCode, state } = codesOf(error);
    const isSystemCode = ownCode !== undefined && /^(E[A-Z]{3,}|PROTOCOL_|ERR_)/.test(ownCode);
    return {
      type: ownCode ?? (typeof name === 'string' && name !== '' ? name : 'Error'),
      statusCode: state ?? (isSystemCode && !/^ER_/.test(ownCode) ? undefined : ownCode),
      message: typeof message === 'string' ? maskValues(message) : '',
    };
  } catch {
    return { type: 'unknown', statusCode: undefined, message: '' };
  }
}

interface ErrorCodes {
  readonly code: string | undefined;
  /** The database's code, of drivers that set it beside their own: the SQLSTATE, or SQLite's code. */
  readonly state: string | undefined;
}

/** The codes of an error, else of the driver's error from which an ORM made it. */
function codesOf(error: object): ErrorCodes {
  let current: unknown = error;
  for (let depth = 0; depth < MAX_DEPTH && isObject(current); depth++) {
    const { code, sqlState, errcode, number } = current as Record<string, unknown>;
    if (typeof code === 'string' || typeof code === 'number') {
      const state = typeof sqlState === 'string' && sqlState !== '' ? sqlState : undefined;
      // mssql sets `number` if the server has refused a request.
      if (code === 'EREQUEST' && typeof number === 'number') {
        return { code: String(number), state: undefined };
      }
      // `node:sqlite` sets `errcode`.
      const own = typeof errcode === 'number' ? String(errcode) : undefined;
      return { code: String(code), state: state ?? own };
    }
    current = innerErrorOf(current);
  }
  return { code: undefined, state: undefined };
}

const MAX_DEPTH = 4;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * Sets the attributes and the status of a span whose query failed. Adds no exception event: message and
 * stack may repeat values of the query.
 */
export function setFailure(
  span: LocalSpan,
  { type, statusCode, message }: DatabaseErrorDescription,
): void {
  span.setAttribute(ERROR_TYPE, type);
  if (statusCode !== undefined) span.setAttribute(DB_RESPONSE_STATUS_CODE, statusCode);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
