/** The status of a call in the form of `@grpc/grpc-js`. */
export interface GrpcStatus {
  /** A number from 0 (OK) to 16. A peer can send other numbers. */
  readonly code?: unknown;
  readonly details?: unknown;
}

/** Names of the status codes, indexed by code. Spec: gRPC, `doc/statuscodes.md`. */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** The codes that are errors for a server span. Spec: `docs/rpc/grpc.md`, "gRPC status". */
const SERVER_ERRORS: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

export const OK = 0;
export const CANCELLED = 1;
export const UNKNOWN = 2;
export const UNIMPLEMENTED = 12;

/** Returns the name of a status code, such as `NOT_FOUND`; the number as text if gRPC defines no name. */
export function statusNameOf(code: unknown): string {
  return typeof code === 'number' ? (NAMES[code] ?? String(code)) : 'UNKNOWN';
}

/** Whether a status is an error for a server span. A code without a name is one, like UNKNOWN. */
export function isServerError(statusName: string): boolean {
  return SERVER_ERRORS.has(statusName) || !NAMES.includes(statusName);
}

/** Whether a status is an error for a client span: every code except OK. Spec: as above. */
export function isClientError(statusName: string): boolean {
  return statusName !== 'OK';
}

/** Returns the message of a status; undefined if it is empty. */
export function detailsOf({ details }: GrpcStatus): string | undefined {
  return typeof details === 'string' && details !== '' ? details : undefined;
}
