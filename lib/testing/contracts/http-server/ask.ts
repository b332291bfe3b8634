import { traceAsText } from '../../trace-as-text.js';
import type { StartedApplication } from './start-application.js';

/** The attributes of the result. Other tests check the rest. */
const SHOWN = [
  'code.function.name',
  'error.type',
  'http.request.method_original',
  'http.response.status_code',
];

/** Sends a request, and returns the response and its trace as text. */
export async function ask(
  { url, recorder }: StartedApplication,
  path: string,
  init?: RequestInit,
): Promise<{ status: number; body: string; trace: string }> {
  const response = await fetch(`${url}${path}`, init);
  const body = await response.text();
  const spans = await recorder.takeNextTrace();
  return { status: response.status, body, trace: traceAsText(spans, { attributes: SHOWN }) };
}

/** Returns the next trace as text, with its events. */
export async function nextTrace({ recorder }: StartedApplication): Promise<string> {
  const spans = await recorder.takeNextTrace();
  return traceAsText(spans, { attributes: SHOWN, events: true });
}

export function json(body: string, method = 'POST'): RequestInit {
  return { method, body, headers: { 'content-type': 'application/json' } };
}
