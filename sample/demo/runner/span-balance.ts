import type { TracingCounts } from 'nestjs-traced';
import type { SpanRecord } from 'nestjs-traced/viewer';
import { serviceOf } from './span-facts.js';

/** What services say became of their spans, held against what came. */
export interface SpanBalance {
  /** Spans that a service gave up, and spans that it says were delivered but that never came. */
  readonly lostCount: number;
  /** What does not add up, in sentences. */
  readonly problems: readonly string[];
}

/** @param countsByService what each service said after it was closed */
export function balance(
  countsByService: ReadonlyMap<string, TracingCounts>,
  spans: readonly SpanRecord[],
): SpanBalance {
  let lostCount = 0;
  const problems: string[] = [];
  for (const [name, counts] of countsByService) {
    const exported = counts.pipelines.reduce((sum, pipeline) => sum + pipeline.exported, 0);
    const arrived = spans.filter((span) => serviceOf(span) === name).length;
    const lost = counts.lost + Math.max(0, exported - arrived);
    lostCount += lost;
    if (lost > 0) problems.push(`${lost} spans of ${name} were lost`);
    if (counts.live > 0) problems.push(`${counts.live} spans of ${name} have never ended`);
    if (arrived > exported) problems.push(`${arrived - exported} spans of ${name} came twice`);
  }
  return { lostCount, problems };
}
