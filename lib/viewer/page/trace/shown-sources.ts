import { shortPlace } from '../../analysis/exception-frame.js';
import type { LocatedSource, ShownSource } from '../../api/source-json.js';

/** A place with its source code. */
export interface PlacedSource {
  readonly source: ShownSource;
  /** `Warehouse.findShelf, warehouse.ts:31`. */
  readonly title: string;
}

/** Places after these are in the stack only. */
const MAX_SOURCES = 8;

/** The places whose source code is shown, each once, those of exceptions before that of the span itself. */
export function shownSources(locations: readonly LocatedSource[]): PlacedSource[] {
  const placed = new Map<string, PlacedSource>();
  const byOrigin = locations.toSorted((a, b) => RANKS[a.origin] - RANKS[b.origin]);
  for (const { source, functionName } of byOrigin) {
    if (source === undefined) continue;
    const place = shortPlace(source);
    const title = functionName === undefined ? place : `${functionName}, ${place}`;
    const key = `${source.file}:${source.line}`;
    if (!placed.has(key)) placed.set(key, { source, title });
  }
  return [...placed.values()].slice(0, MAX_SOURCES);
}

/**
 * Why no source code is shown, of a place of the application; undefined if some is shown or nothing names a
 * place.
 */
export function missingSourceReason(locations: readonly LocatedSource[]): string | undefined {
  if (locations.some(({ source }) => source !== undefined)) return undefined;
  return locations.find(({ isOwn }) => isOwn)?.reason;
}

const RANKS: Readonly<Record<LocatedSource['origin'], number>> = { event: 0, log: 1, attribute: 2 };
