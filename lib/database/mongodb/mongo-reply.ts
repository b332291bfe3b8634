/** A failure of a command without the values of the command. */
export interface MongoFailure {
  readonly name: string;
  readonly code?: unknown;
  readonly message: string;
}

/**
 * Describes why a command failed. Messages of the server repeat keys and documents without quotes, so of
 * an error of the server only the code and its name are used. Messages of the driver describe connections.
 */
export function describeFailure(failure: unknown): MongoFailure {
  const { name, code, codeName, message } = (failure ?? {}) as Record<string, unknown>;
  const isOfServer = typeof code === 'number';
  return {
    name: textOf(name) ?? 'Error',
    code: isOfServer ? code : undefined,
    message: isOfServer ? (textOf(codeName) ?? `server error ${code}`) : (textOf(message) ?? ''),
  };
}

/**
 * The failure that an answered command is for its caller: the server answers a write that violates an
 * index with `ok: 1`, and the driver throws. Undefined if the command succeeded.
 */
export function findWriteFailure(reply: unknown): MongoFailure | undefined {
  const { writeErrors, writeConcernError } = (reply ?? {}) as Record<string, unknown>;
  const errors = Array.isArray(writeErrors) ? writeErrors : [];
  const first = (errors[0] ?? writeConcernError) as Record<string, unknown> | undefined | null;
  if (typeof first !== 'object' || first === null) return undefined;
  const counted = errors.length === 1 ? '1 write failed' : `${errors.length} writes failed`;
  const fallback = errors.length === 0 ? 'write concern not satisfied' : counted;
  return { name: 'MongoWriteError', code: first.code, message: textOf(first.codeName) ?? fallback };
}

/** The number of documents in an answer; undefined for an answer without a cursor. */
export function countDocuments(reply: unknown): number | undefined {
  const { cursor } = (reply ?? {}) as { cursor?: { firstBatch?: unknown; nextBatch?: unknown } };
  const batch = cursor?.firstBatch ?? cursor?.nextBatch;
  return Array.isArray(batch) ? batch.length : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
