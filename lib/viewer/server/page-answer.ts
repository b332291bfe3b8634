import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { traceHtml } from '../formats/trace-html.js';
import type { Answers } from './answers.js';
import type { ViewerPage } from './page.js';
import type { RoutedRequest } from './routes.js';

const decompress = promisify(gunzip);

/** Whether the sender of a request shows HTML: browsers do, and `curl` and coding agents read text. */
export function wantsHtml({ headers }: RoutedRequest): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

/** Sends a trace as a file: the page with its data, which opens without a server. */
export async function sendSavedTrace(
  { response }: RoutedRequest,
  { gzip, policy }: ViewerPage,
  traceId: string,
  dataJson: string,
  answers: Answers,
): Promise<void> {
  const html = traceHtml({ html: (await decompress(gzip)).toString(), policy }, dataJson);
  response.setHeader('content-disposition', `attachment; filename="trace-${traceId}.html"`);
  answers.send(response, 200, 'text/html; charset=utf-8', Buffer.from(html));
}

/** Sends the page. It is the same for all its addresses: its code reads the address. */
export async function sendPage(
  { response, headers }: RoutedRequest,
  { gzip, policy }: ViewerPage,
  answers: Answers,
): Promise<void> {
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(
    String(headers['accept-encoding'] ?? ''),
  );
  response.setHeader('content-security-policy', policy);
  response.setHeader('vary', 'Accept, Accept-Encoding');
  if (takesGzip) response.setHeader('content-encoding', 'gzip');
  const body = takesGzip ? gzip : await decompress(gzip);
  answers.send(response, 200, 'text/html; charset=utf-8', body);
}
