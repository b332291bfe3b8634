import type { SavedTraceJson } from '../../api/saved-trace.js';
import { savedTrace } from './saved.js';
import { answerOfFile } from './saved-answers.js';

/** An answer of the server that is no success. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What the file has in place of the server's answer. */
function savedAnswer(trace: SavedTraceJson, path: string): unknown {
  const answer = answerOfFile(trace, path);
  if (answer !== undefined) return answer;
  throw new ServerError(404, 'This is a saved trace; only the viewer that saved it has this.');
}

/** The header without which the server changes nothing. Forms and other sites cannot send it. */
const OWN_HEADER = { 'x-nestjs-traced': 'page' };

/**
 * Asks the server. In a saved trace, the file has the answers.
 *
 * @throws ServerError for an answer that is no success; its message is the server's text
 * @throws TypeError if the server cannot be reached
 */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const saved = savedTrace();
  if (saved !== undefined) return Response.json(savedAnswer(saved, path));
  const response = await fetch(path, { ...init, headers: { ...OWN_HEADER, ...init.headers } });
  if (response.ok) return response;
  throw new ServerError(response.status, (await response.text()).trim());
}

/** Asks the server for JSON. Throws as {@link ask} does. */
export async function askForJson<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const saved = savedTrace();
  if (saved !== undefined) return savedAnswer(saved, path) as Answer;
  return (await ask(path, init)).json() as Promise<Answer>;
}
