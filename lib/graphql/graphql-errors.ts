/** The codes of errors that the client is responsible for. */
const CLIENT_CODES: ReadonlySet<unknown> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'UNAUTHENTICATED',
]);

/** Returns the error that a resolver threw, from the error that `graphql` makes of it. */
export function originalErrorOf(error: unknown): unknown {
  try {
    const { originalError } = error as { originalError?: unknown };
    return originalError ?? error;
  } catch {
    return error;
  }
}

/**
 * Whether the client is responsible for an error, as for a status from 400 to 499 in HTTP: then it is no failure
 * of the server.
 */
export function isClientError(error: unknown): boolean {
  try {
    const { extensions } = error as {
      extensions?: { code?: unknown; http?: { status?: unknown } };
    };
    if (CLIENT_CODES.has(extensions?.code)) return true;
    const original = originalErrorOf(error) as ErrorWithStatus | null;
    const status =
      typeof original?.getStatus === 'function'
        ? original.getStatus()
        : (original?.statusCode ?? extensions?.http?.status);
    return typeof status === 'number' && status >= 400 && status < 500;
  } catch {
    // Anything can be thrown: `null` has no members, and getters can throw.
    return false;
  }
}

/** Exceptions of Nest have a function, and errors of Fastify a number. */
interface ErrorWithStatus {
  readonly getStatus?: () => unknown;
  readonly statusCode?: unknown;
}

/** Whether an error says that a document cannot be parsed or executed: the client is responsible for it. */
export function isRefusal(error: unknown): boolean {
  if (isClientError(error)) return true;
  return originalErrorOf(error) === error && (error as Error | null)?.name === 'GraphQLError';
}

/** Returns the errors of a result or of a rejection; an empty list if there are none. */
export function errorsOf(result: unknown): readonly unknown[] {
  try {
    const { errors } = (result ?? {}) as { errors?: unknown };
    return Array.isArray(errors) ? errors : [];
  } catch {
    return [];
  }
}
