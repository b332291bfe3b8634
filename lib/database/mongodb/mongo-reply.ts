/** An error that says of a failure what is no secret. */
export interface MongoFailure {
  readonly name: string;
  readonly code?: unknown;
  readonly message: string;
}

/**
 * Why a command failed. The server's messages repeat keys and documents, so of its errors only the code
 * and its name are told; those of the driver speak of connections.
 */
export function describeFailure(failure: unknown): MongoFailure {
  const { name, code, codeName, message } = (failure ?? {}) as Record<string, unknown>;
  const isOfServer = typeof code === 'number';
  return {
    name: textOf(name) ?? 'Error',
    code: isOfServer ? code : undefined,
    message: textOf(isOfServer ? codeName : message) ?? '',
  };
}

/** Why a command that the server carried out is an error for the caller all the same; undefined if not. */
export function findWriteFailure(reply: unknown): MongoFailure | undefined {
  const { writeErrors, writeConcernError } = (reply ?? {}) as Record<string, unknown>;
  const errors = Array.isArray(writeErrors) ? writeErrors : [];
  const first = (errors[0] ?? writeConcernError) as Record<string, unknown> | undefined | null;
  if (typeof first !== 'object' || first === null) return undefined;
  const counted = errors.length === 1 ? '1 write failed' : `${errors.length} writes failed`;
  const fallback = errors.length === 0 ? 'the write concern was not met' : counted;
  return { name: 'MongoWriteError', code: first.code, message: textOf(first.codeName) ?? fallback };
}

/** How many documents came back; undefined for what is no answer of a cursor. */
export function countDocuments(reply: unknown): number | undefined {
  const { cursor } = (reply ?? {}) as { cursor?: { firstBatch?: unknown; nextBatch?: unknown } };
  const batch = cursor?.firstBatch ?? cursor?.nextBatch;
  return Array.isArray(batch) ? batch.length : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
