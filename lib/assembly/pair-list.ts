/** The pairs of a list, or the number of its first entry that is no pair, from 1. */
export type PairList =
  | { readonly pairs: Record<string, string>; readonly badEntry?: undefined }
  | { readonly badEntry: number };

/**
 * Parses `key=value,key=value`, percent-encoded as in W3C baggage. Empty entries are ignored.
 *
 * Spec: `resource/sdk.md`, "Specifying resource information via an environment variable".
 */
export function parsePairList(list: string): PairList {
  const pairs: Record<string, string> = {};
  const items = list.split(',').map((item) => item.trim());
  for (const [index, item] of items.filter((item) => item !== '').entries()) {
    const separator = item.indexOf('=');
    const key = decode(item.slice(0, separator).trim());
    const value = decode(item.slice(separator + 1).trim());
    if (separator < 1 || key === undefined || value === undefined) return { badEntry: index + 1 };
    pairs[key] = value;
  }
  return { pairs };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
