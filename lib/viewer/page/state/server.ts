/** An answer of the server that is no success. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The header without which the server changes nothing. Forms and other sites cannot send it. */
const OWN_HEADER = { 'x-nestjs-traced': 'page' };

/**
 * Asks the server.
 *
 * @throws ServerError for an answer that is no success; its message is the server's text
 * @throws TypeError if the server cannot be reached
 */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, { ...init, headers: { ...OWN_HEADER, ...init.headers } });
  if (response.ok) return response;
  throw new ServerError(response.status, (await response.text()).trim());
}

/** Asks the server for JSON. Throws as {@link ask} does. */
export async function askForJson<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  return (await ask(path, init)).json() as Promise<Answer>;
}
