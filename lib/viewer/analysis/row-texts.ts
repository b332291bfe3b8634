import { printable } from '../../printable.js';
import { type CodePlace, codePlaceOf } from './exception-frame.js';
import { Fact } from './facts.js';
import { SpanKind } from './span-record.js';
import { type FactSource, numberOf, textOf } from './trace-columns.js';
import { isMissing, rowKind, rowName, rowService, type TraceTree } from './trace-tree.js';

const MAX_TEXT_LENGTH = 300;

/** A text of a span for one line: spans come from anywhere, and may hold control characters. */
export function lineOf(text: string, maxLength: number = MAX_TEXT_LENGTH): string {
  const line = printable(text).trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}

/** `SELECT items in orders`. */
export function placeOf(tree: TraceTree, row: number): string {
  const name = lineOf(rowName(tree, row));
  const service = lineOf(rowService(tree, row));
  return service === '' ? name : `${name} in ${service}`;
}

/** Whether a span is a command that may wait for data as long as its caller allows. */
export function isBlockingCommand({ trace }: TraceTree, row: number): boolean {
  return row < trace.spanCount && textOf(trace, row, Fact.BLOCKING_COMMAND) === 'true';
}

const GRPC_STATUSES =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'.split(
    ' ',
  );

/** The status of a call of HTTP or RPC, such as `502` or `UNAVAILABLE`. */
export function answerOf(tree: TraceTree, row: number): string | undefined {
  return isMissing(tree, row) ? undefined : callStatusOf(tree.trace, row);
}

/** The same from the facts of a span. */
export function callStatusOf(trace: FactSource, row: number): string | undefined {
  const http = numberOf(trace, row, Fact.HTTP_STATUS);
  if (http !== undefined) return String(http);
  const rpc = textOf(trace, row, Fact.RPC_STATUS);
  if (rpc !== undefined)
    return lineOf(/^\d+$/.test(rpc) ? (GRPC_STATUSES[Number(rpc)] ?? rpc) : rpc);
  const number = numberOf(trace, row, Fact.RPC_STATUS_NUMBER);
  return number === undefined ? undefined : (GRPC_STATUSES[number] ?? String(number));
}

/** `POST /orders [server] 201`: name, kind unless internal, and the status of its call. */
export function titleOf(tree: TraceTree, row: number): string {
  const kind = KIND_WORDS[rowKind(tree, row)];
  const words = [lineOf(rowName(tree, row)), kind === undefined ? '' : `[${kind}]`];
  return [...words, answerOf(tree, row) ?? ''].filter((word) => word !== '').join(' ');
}

/** The words for kinds in texts and in searches; internal spans have none in texts. */
export const KIND_WORDS: Readonly<Record<number, string>> = {
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

/**
 * What went wrong in a span: its exception, else the message of its status, else a status of its call or
 * its type of error. Undefined if it says none of these.
 */
export function errorOf(tree: TraceTree, row: number): string | undefined {
  if (isMissing(tree, row)) return undefined;
  const { trace } = tree;
  const errorType = textOf(trace, row, Fact.ERROR_TYPE);
  const type = textOf(trace, row, Fact.EXCEPTION_TYPE) ?? typeOrNothing(errorType);
  const message =
    textOf(trace, row, Fact.EXCEPTION_MESSAGE) ?? textOf(trace, row, Fact.STATUS_MESSAGE);
  if (message !== undefined) {
    return lineOf(type === undefined || message.startsWith(type) ? message : `${type}: ${message}`);
  }
  if (type !== undefined) return lineOf(type);
  const answer = isFailureAnswer(tree, row) ? answerOf(tree, row) : undefined;
  return answer ?? textOf(trace, row, Fact.DB_STATUS) ?? (errorType && lineOf(errorType));
}

/** `error.type` may repeat the status of the call, which is no type. */
function typeOrNothing(errorType: string | undefined): string | undefined {
  return errorType === undefined || /^(\d+|[A-Z_]+)$/.test(errorType) ? undefined : errorType;
}

/** Whether the status of a span's call says that it failed or was refused. */
export function isFailureAnswer(tree: TraceTree, row: number): boolean {
  const answer = answerOf(tree, row);
  if (answer === undefined || answer === 'OK') return false;
  return !/^\d+$/.test(answer) || Number(answer) >= 400;
}

/** Where in the code a span failed, else where its code is. */
export function codeOf(tree: TraceTree, row: number): CodePlace | undefined {
  if (isMissing(tree, row)) return undefined;
  const frame = textOf(tree.trace, row, Fact.EXCEPTION_FRAME);
  if (frame !== undefined) return codePlaceOf(frame);
  const file = textOf(tree.trace, row, Fact.CODE_FILE);
  const line = numberOf(tree.trace, row, Fact.CODE_LINE);
  return file === undefined || line === undefined ? undefined : { file, line };
}
