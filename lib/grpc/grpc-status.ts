/** How a call ended, as `@grpc/grpc-js` has it. */
export interface GrpcStatus {
  /** A number from 0 (OK) to 16; others may come from peers that know more than gRPC does. */
  readonly code?: unknown;
  readonly details?: unknown;
}

/** By their numbers. Spec: gRPC, `doc/statuscodes.md`. */
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

/** The codes that are the server's fault. Spec: `docs/rpc/grpc.md`, "gRPC status". */
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

/** The name of a status code: `NOT_FOUND`; a number that gRPC has no name for as text. */
export function statusNameOf(code: unknown): string {
  return typeof code === 'number' ? (NAMES[code] ?? String(code)) : 'UNKNOWN';
}

/** Whether a status is an error of the server. What gRPC has no name for is one, as UNKNOWN is. */
export function isServerError(statusName: string): boolean {
  return SERVER_ERRORS.has(statusName) || !NAMES.includes(statusName);
}

/** What a status says besides its code; undefined where it says nothing. */
export function detailsOf({ details }: GrpcStatus): string | undefined {
  return typeof details === 'string' && details !== '' ? details : undefined;
}
