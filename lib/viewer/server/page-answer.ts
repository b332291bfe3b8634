import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Answers } from './answers.js';
import type { ViewerPage } from './page.js';
import type { RoutedRequest } from './routes.js';

const decompress = promisify(gunzip);

/** Whether the sender of a request shows HTML: browsers do, and `curl` and coding agents read text. */
export function wantsHtml({ headers }: RoutedRequest): boolean {
  return headers.accept?.includes('text/html') ?? false;
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
