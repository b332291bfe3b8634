/** What an address shows. */
export type Screen =
  | { readonly kind: 'list' }
  | { readonly kind: 'trace'; readonly traceId: string }
  | { readonly kind: 'graph' }
  | { readonly kind: 'compare' };

/** The screen of a path; the list for a path that the page does not know. */
export function screenOf(path: string): Screen {
  const [, traceId] = /^\/t\/([0-9a-f]{32})$/.exec(path) ?? [];
  if (traceId !== undefined) return { kind: 'trace', traceId };
  if (path === '/graph') return { kind: 'graph' };
  if (path === '/compare') return { kind: 'compare' };
  return { kind: 'list' };
}

/** The path of a trace's screen. */
export function pathOfTrace(traceId: string): string {
  return `/t/${traceId}`;
}
