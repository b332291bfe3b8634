import { type CodeLocation, keyOfPlace, locationsOfSpan } from '../analysis/code-locations.js';
import { Fact, NO_FACT } from '../analysis/facts.js';
import { SpanStatus } from '../analysis/span-record.js';
import type { SavedSourceJson } from '../api/saved-trace.js';
import type { SourceReader } from '../source/source-reader.js';
import type { TraceEntry } from '../store/trace-entry.js';

/** A reader answers for so many places at a time. */
const PLACES_OF_ANSWER = 20;
const MAX_PLACES = 200;
/** The spans that are looked at: the equal calls of a loop name one place. */
const MAX_SPANS = 2_000;
/** A line can be as long as a bundle. */
const MAX_SOURCE_LENGTH = 2 * 1024 * 1024;
const NANOS_PER_MILLI = 1e6;

/**
 * The source code of the places that the spans of a trace name, for a file that carries it: 200 places of the
 * application's own code and 2 MiB at most, those of failed spans first.
 *
 * @param endNanos the end of the trace, in nanoseconds after its base: files that were written later are marked
 */
export async function savedSources(
  entry: TraceEntry,
  reader: SourceReader,
  endNanos: number,
): Promise<SavedSourceJson[]> {
  const places = [...placesOf(entry)];
  const endMillis = Number(entry.base / BigInt(NANOS_PER_MILLI)) + endNanos / NANOS_PER_MILLI;
  const saved: SavedSourceJson[] = [];
  let length = 0;
  for (let from = 0; from < places.length; from += PLACES_OF_ANSWER) {
    const part = places.slice(from, from + PLACES_OF_ANSWER);
    const locations = part.map(([, location]) => location);
    // Others ask for so much source code at this moment that the file does without.
    const located = (await reader.read(locations, endMillis)) ?? [];
    for (const [index, { source }] of located.entries()) {
      if (source === undefined) continue;
      length += source.lines.join('\n').length;
      if (length > MAX_SOURCE_LENGTH) return saved;
      // The editor of another machine would find no such file.
      saved.push({
        place: (part[index] as [string, CodeLocation])[0],
        source: { ...source, link: undefined },
      });
    }
  }
  return saved;
}

/** The places that spans name, each once. */
function placesOf(entry: TraceEntry): Map<string, CodeLocation> {
  const places = new Map<string, CodeLocation>();
  for (const row of rowsWithPlaces(entry)) {
    for (const location of locationsOfSpan(entry.read(row), [])) {
      if (!location.isOwn) continue;
      if (places.size === MAX_PLACES) return places;
      const key = keyOfPlace(location);
      if (!places.has(key)) places.set(key, location);
    }
  }
  return places;
}

/** The rows of spans that name a place: the failed ones, and then the others. */
function rowsWithPlaces(entry: TraceEntry): number[] {
  const { spanCount, statuses, facts } = entry.columns();
  const failed: number[] = [];
  const others: number[] = [];
  for (let row = 0; row < spanCount; row++) {
    const hasPlace =
      facts.valueOf(row, Fact.EXCEPTION_FRAME) !== NO_FACT ||
      facts.valueOf(row, Fact.CODE_FILE) !== NO_FACT;
    if (hasPlace) (statuses[row] === SpanStatus.ERROR ? failed : others).push(row);
  }
  return [...failed, ...others].slice(0, MAX_SPANS);
}
