import type { SenderResponse } from './sender.js';

/**
 * Refuses a response that is a web page: the URL leads to a login form, a proxy or the user interface of the
 * backend, and nothing received the spans. An empty body is no page.
 *
 * @throws Error for a web page
 */
export function refuseWebPage({ body, contentType }: SenderResponse): undefined {
  const type = mediaTypeOf(contentType);
  const isPage = /^(text\/html|application\/xhtml\+xml)$/.test(type);
  const startsWithTag = type === '' && body.subarray(0, 100).toString('latin1').trim()[0] === '<';
  if (body.length === 0 || !(isPage || startsWithTag)) return undefined;
  throw new Error(
    'The response is a web page, so no receiver took the spans. Check that the URL is that of a receiver',
  );
}

/** The type of a body in lower case, without parameters; empty for none. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
