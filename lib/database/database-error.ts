import { SpanStatusCode } from '@opentelemetry/api';
import { type LocalSpan, maskMessage } from '../context/index.js';
import { DB_RESPONSE_STATUS_CODE, ERROR_TYPE } from './attributes.js';

/** What a span says about a query that failed. */
export interface DatabaseErrorDescription {
  /** The most exact code that the driver gives, else the name of the error's class. */
  readonly type: string;
  /** SQLSTATE where there is one, else the database's own code; undefined if it gave none. */
  readonly statusCode: string | undefined;
  /** Without values of the query, as far as the databases put them into quotes. */
  readonly message: string;
}

/** Describes whatever a driver failed with. Never throws. */
export function describeDatabaseError(error: unknown): DatabaseErrorDescription {
  try {
    if (typeof error !== 'object' || error === null) {
      return { type: typeof error, statusCode: undefined, message: maskValues(String(error)) };
    }
    const { code, sqlState, message, name } = error as Record<string, unknown>;
    const ownCode = typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
    const state = typeof sqlState === 'string' && sqlState !== '' ? sqlState : undefined;
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

/**
 * Writes a failure on the span of a query. The error gets no event there: its message and stack may
 * repeat values of the query.
 */
export function setFailure(
  span: LocalSpan,
  { type, statusCode, message }: DatabaseErrorDescription,
): void {
  span.setAttribute(ERROR_TYPE, type);
  if (statusCode !== undefined) span.setAttribute(DB_RESPONSE_STATUS_CODE, statusCode);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/**
 * Sees to it that no span tells of the values that an error of a driver repeats, whichever records it,
 * nor of those in the errors that it was made from. Never throws.
 */
export function maskValuesOf(error: unknown): void {
  try {
    let inner = error;
    for (let depth = 0; depth < MAX_DEPTH && typeof inner === 'object' && inner !== null; depth++) {
      const { message, driverError, cause } = inner as Record<string, unknown>;
      if (typeof message === 'string') {
        const masked = maskValues(message);
        if (masked !== message) maskMessage(inner, masked);
      }
      // TypeORM's name for it, and that of the language.
      inner = driverError ?? cause;
    }
  } catch {
    // An error that refuses to be looked at is not looked at by spans either.
  }
}

/**
 * A message of a database without the values it quotes: databases repeat what they were sent, in quotes
 * that are not escaped, so from the first quote that may hold a value to the last one nothing stays,
 * and neither does what follows a name in parentheses. Names stay where a word before them says what they name.
 */
export function maskValues(message: string): string {
  return maskValuesInParentheses(maskValuesInQuotes(message));
}

/** As in `Key (email)=(a@b.c) already exists`. */
function maskValuesInParentheses(message: string): string {
  const start = message.search(/(=| is | contains )\(/);
  if (start < 0) return message;
  const rest = message.slice(Math.max(message.lastIndexOf(')'), start));
  return `${message.slice(0, message.indexOf('(', start) + 1)}?${rest.startsWith(')') ? rest : ''}`;
}

function maskValuesInQuotes(message: string): string {
  let from = 0;
  for (;;) {
    const quote = firstQuote(message, from);
    if (quote < 0) return message;
    const close = message.indexOf(message[quote] as string, quote + 1);
    const isName =
      close > 0 && NAMED.test(message.slice(Math.max(0, quote - MAX_WORD_LENGTH), quote));
    if (!isName) {
      const last = lastQuote(message);
      return `${message.slice(0, quote)}?${last === quote ? '' : message.slice(last + 1)}`;
    }
    from = close + 1;
  }
}

const MAX_DEPTH = 8;
const MAX_WORD_LENGTH = 12;
const NAMED = /\b(constraint|relation|table|key|index|schema|database|column|role|sequence) $/i;

function firstQuote(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (isQuote(text[index] as string)) return index;
  }
  return -1;
}

function lastQuote(text: string): number {
  let index = text.length - 1;
  while (!isQuote(text[index] as string)) index--;
  return index;
}

function isQuote(character: string): boolean {
  return character === "'" || character === '"' || character === '`';
}
