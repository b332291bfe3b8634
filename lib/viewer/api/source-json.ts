import type { CodeLocation } from '../analysis/code-locations.js';

/** The source code at a place. */
export interface ShownSource {
  /** The path on the viewer's machine; the name of the source in its map, where there is no such file. */
  readonly file: string;
  /** The path from its source root, with slashes. */
  readonly shortPath: string;
  /** From 1. */
  readonly line: number;
  /** From 1; undefined where nothing tells it. */
  readonly column: number | undefined;
  /** The number of the first of {@link lines}, from 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** Whether the place was found through a source map. */
  readonly isMapped: boolean;
  /** Whether the file was written after the span ended, so that the lines may be others. */
  readonly isChanged: boolean;
  /** Opens the place in an editor; undefined where there is no such file. */
  readonly link: string | undefined;
}

/** A place with its source code, or the reason why it is not shown: the answer of `/api/source`. */
export interface LocatedSource extends CodeLocation {
  readonly source: ShownSource | undefined;
  /** A sentence; undefined if the source is shown. */
  readonly reason: string | undefined;
}

/** The places that a span names, the application's own first: the answer of `/api/traces/:id/spans/:span/source`. */
export interface SourcesJson {
  readonly locations: readonly LocatedSource[];
}
