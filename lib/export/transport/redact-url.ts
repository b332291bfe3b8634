/** A URL as it may stand in a log: without password, and without what a query may give away. */
export function redactUrl(url: URL): string {
  const credentials = url.username === '' && url.password === '' ? '' : '***@';
  const query = url.search === '' ? '' : '?***';
  return `${url.protocol}//${credentials}${url.host}${url.pathname}${query}`;
}
