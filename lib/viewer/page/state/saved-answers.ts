import { locationsOfSpan } from '../../analysis/code-locations.js';
import type { OtlpRequestJson, SavedTraceJson } from '../../api/saved-trace.js';
import type { SourcesJson } from '../../api/source-json.js';
import { readOtlpJson } from '../../formats/otlp-json.js';

const PATH = /^\/api\/traces\/([0-9a-f]{32})(?:\/(context|spans\/([0-9a-f]{16})(\/source)?))?$/;

/**
 * What a saved trace has in place of the server's answer.
 *
 * @param path with its parameters, as the page asks the server
 * @returns undefined for what is not in the file
 */
export function answerOfFile(saved: SavedTraceJson, path: string): unknown {
  const [, traceId, part, spanId, source] = PATH.exec(path) ?? [];
  if (traceId !== saved.trace.traceId) return undefined;
  if (part === undefined) return saved.trace;
  if (spanId === undefined) return saved.context;
  const span = requestOfSpan(saved.otlp, spanId);
  return source === undefined || span === undefined ? span : sourcesOf(span);
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

/** The places that a span names. Their source code stays on the machine of the viewer. */
function sourcesOf(request: OtlpRequestJson): SourcesJson {
  const { spans } = readOtlpJson(JSON.stringify(request));
  const locations = spans
    .flatMap((span) => locationsOfSpan(span, []))
    .toSorted((a, b) => Number(b.isOwn) - Number(a.isOwn))
    .map((location) => ({
      ...location,
      source: undefined,
      reason: 'Source code is not saved with a trace.',
    }));
  return { locations };
}
