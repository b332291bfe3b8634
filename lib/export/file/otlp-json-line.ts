/** The members of a line of OTLP/JSON that lead to its spans. The others are kept as they are. */
interface SpanLine {
  readonly resourceSpans: readonly {
    readonly scopeSpans?: readonly { readonly spans?: readonly unknown[] }[];
  }[];
}

/** A line with a part of the spans of another one. */
export interface PartOfLine {
  readonly line: string;
  readonly spanCount: number;
}

/** @returns undefined for a line that is not OTLP/JSON */
export function countSpans(line: string): number | undefined {
  try {
    return countOf(JSON.parse(line) as SpanLine);
  } catch {
    return undefined;
  }
}

/**
 * Divides the spans of a line into two lines.
 *
 * @param line one that {@link countSpans} can count
 * @returns none for a line with one span or less
 */
export function halvesOfLine(line: string): PartOfLine[] {
  const message = JSON.parse(line) as SpanLine;
  const spanCount = countOf(message);
  if (spanCount < 2) return [];
  const middle = spanCount >> 1;
  return [
    { line: JSON.stringify(partOf(message, 0, middle)), spanCount: middle },
    { line: JSON.stringify(partOf(message, middle, spanCount)), spanCount: spanCount - middle },
  ];
}

function countOf({ resourceSpans }: SpanLine): number {
  return resourceSpans
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .reduce((count, { spans = [] }) => count + spans.length, 0);
}

/** The spans from `start` up to, not including, `end`, with their scopes and resources. */
function partOf(message: SpanLine, start: number, end: number): SpanLine {
  let index = 0;
  const resourceSpans = message.resourceSpans.map((resource) => ({
    ...resource,
    scopeSpans: (resource.scopeSpans ?? [])
      .map((scope) => ({
        ...scope,
        spans: (scope.spans ?? []).filter(() => isBetween(start, index++, end)),
      }))
      .filter(({ spans }) => spans.length > 0),
  }));
  return {
    ...message,
    resourceSpans: resourceSpans.filter(({ scopeSpans }) => scopeSpans.length > 0),
  };
}

function isBetween(start: number, index: number, end: number): boolean {
  return index >= start && index < end;
}
