/** What an address asks to compare. */
export type Wanted =
  | { readonly a: string; readonly b: string }
  /** Why nothing can be compared, and what to do. */
  | { readonly problem: string };

/** In place of the id of the second trace: the trace of the same service and name with the median duration. */
export const MEDIAN = 'median';

const TRACE_ID = /^[0-9a-f]{32}$/;
const HOW =
  'Mark a trace with x on its screen, and then another one, or compare a trace with the median of its group.';

/** Reads the address of a comparison: `?a=…&b=…`. */
export function wantedOf(search: URLSearchParams): Wanted {
  const a = search.get('a') ?? '';
  const b = search.get('b') ?? '';
  if (a === '' || b === '') return { problem: `Two traces are needed for a comparison. ${HOW}` };
  if (!TRACE_ID.test(a)) return { problem: notAnId('a', a) };
  if (b !== MEDIAN && !TRACE_ID.test(b)) return { problem: notAnId('b', b) };
  return { a, b };
}

function notAnId(name: string, value: string): string {
  return `${name}=${value.slice(0, 40)} is not the id of a trace, which has 32 hexadecimal digits. ${HOW}`;
}
