/** The orders of the list, as the server has them; each begins with the largest value. */
export const LIST_ORDERS = ['newest', 'duration', 'spans', 'failures'] as const;
/** One of {@link LIST_ORDERS}. */
export type ListOrder = (typeof LIST_ORDERS)[number];

/** Which traces the list shows: what is in its address. */
export interface ListAddress {
  /** The query; empty for none. */
  readonly query: string;
  readonly order: ListOrder;
  /** The traces that start between these times, in epoch milliseconds; undefined for all. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Reads the parameters of the list; what it does not know counts as not given. */
export function readListAddress(search: URLSearchParams): ListAddress {
  const order = search.get('sort') as ListOrder;
  return {
    query: search.get('q') ?? '',
    order: LIST_ORDERS.includes(order) ? order : 'newest',
    from: timeOf(search.get('from')),
    to: timeOf(search.get('to')),
  };
}

/** The parameters that the server gets for the filter of a list; the empty string if there is none. */
export function filterParameters({ query, from, to }: ListAddress): string {
  const parameters = new URLSearchParams();
  if (query.trim() !== '') parameters.set('q', query);
  if (from !== undefined) parameters.set('from', String(from));
  if (to !== undefined) parameters.set('to', String(to));
  return parameters.toString();
}

/** The path of a page of the list at the server. @param after the id of the last trace before this page */
export function listPath(address: ListAddress, limit: number, after?: string): string {
  const parameters = new URLSearchParams(filterParameters(address));
  if (address.order !== 'newest') parameters.set('sort', address.order);
  parameters.set('limit', String(limit));
  if (after !== undefined) parameters.set('after', after);
  return `/api/traces?${parameters}`;
}

function timeOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}
