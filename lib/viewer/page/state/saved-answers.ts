import { keyOfPlace, locationsOfSpan } from '../../analysis/code-locations.js';
import type { OtlpRequestJson, SavedSourceJson, SavedTraceJson } from '../../api/saved-trace.js';
import type { SourcesJson } from '../../api/source-json.js';
import { readOtlpJson } from '../../formats/otlp-json.js';
import { matchesInFile } from '../trace/saved-matches.js';

const NOT_SAVED = 'Its source code was not saved with the trace.';
const PATH =
  /^\/api\/traces\/([0-9a-f]{32})(?:\/(context|matches|spans\/([0-9a-f]{16})(\/source)?))?$/;

/**
 * What a saved trace has in place of the server's answer.
 *
 * @param path with its parameters, as the page asks the server
 * @returns undefined for what is not in the file
 */
export function answerOfFile(saved: SavedTraceJson, path: string): unknown {
  const [address = '', parameters = ''] = path.split('?', 2);
  const [, traceId, part, spanId, source] = PATH.exec(address) ?? [];
  if (traceId !== saved.trace.traceId) return undefined;
  if (part === undefined) return saved.trace;
  if (part === 'context') return saved.context;
  if (part === 'matches')
    return matchesInFile(saved, new URLSearchParams(parameters).get('q') ?? '');
  if (spanId === undefined) return undefined;
  const span = requestOfSpan(saved.otlp, spanId);
  return source === undefined || span === undefined ? span : sourcesOf(span, saved.sources ?? []);
}

/** A request with one span, with its resource and scope. Two spans, if client and server share the id. */
function requestOfSpan(otlp: OtlpRequestJson, spanId: string): OtlpRequestJson | undefined {
  const resourceSpans = (otlp.resourceSpans ?? []).flatMap((ofResource) => {
    const scopeSpans = (ofResource.scopeSpans ?? []).flatMap((ofScope) => {
      const spans = (ofScope.spans ?? []).filter((span) => span.spanId === spanId);
      return spans.length === 0 ? [] : [{ ...ofScope, spans }];
    });
    return scopeSpans.length === 0 ? [] : [{ ...ofResource, scopeSpans }];
  });
  return resourceSpans.length === 0 ? undefined : { resourceSpans };
}

/** The places that a span names, with the source code that the file has. */
function sourcesOf(request: OtlpRequestJson, saved: readonly SavedSourceJson[]): SourcesJson {
  const byPlace = new Map(saved.map(({ place, source }) => [place, source]));
  const { spans } = readOtlpJson(JSON.stringify(request));
  const locations = spans
    .flatMap((span) => locationsOfSpan(span, []))
    .toSorted((a, b) => Number(b.isOwn) - Number(a.isOwn))
    .map((location) => {
      const source = byPlace.get(keyOfPlace(location));
      return { ...location, source, reason: source === undefined ? NOT_SAVED : undefined };
    });
  return { locations };
}
